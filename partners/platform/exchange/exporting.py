"""The export of a consortium as an exchange package, streamed: what comes out goes in again, byte for byte.

Rows are sorted by id, by code point. A client who was merged is left out and the surviving client's id is written
wherever a row refers to the merged one (contract KPIS.md, "People").
"""

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.declarations import Table, all_tables, table_named, withheld_from
from partners.platform.exchange.descriptor import descriptor
from partners.platform.exchange.package import DESCRIPTOR
from partners.platform.exchange.writing import line
from partners.platform.fields import decrypt
from partners.platform.tenancy.scope import current_consortium_id

ROWS_AT_ONCE = 5000
# A zip's own date of its files: always the same, so that equal contents are equal bytes.
NO_DATE = (1980, 1, 1, 0, 0, 0)

Progress = Callable[[int, int, str], None]
Opener = Callable[[str], Any]
Hidden = dict[str, list[int]]


def export_package(path: Path, *, progress: Progress | None = None, by: StaffMember | None = None) -> dict[str, int]:
    """Write the consortium in scope to a folder, or to a zip if the path ends so; return the rows per table.

    What ``by`` may not open stays out, with all that refers to it; None is the operator, who takes out everything.
    """
    counts: dict[str, int] = {}
    hidden = {} if by is None else withheld_from(by)
    make_survivors()
    with target(path) as opener:
        tables = all_tables()
        for done, table in enumerate(tables):
            if progress:
                progress(done, len(tables), f"Writing {table.file}")
            if table.is_extra and not has_rows(table, hidden):
                continue
            with opener(table.file) as stream:
                counts[table.name] = write_table(table, stream, hidden)
        with opener(DESCRIPTOR) as stream:
            stream.write(descriptor(table for table in tables if table.name in counts).encode())
    return counts


@contextmanager
def target(path: Path) -> Iterator[Opener]:
    """Open a folder or zip beside its final place, and put it there when all of it is written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".zip":
            if path.is_dir():
                raise CaseloadError(f"{path} is a folder. Name a file, or a folder without .zip at its end.")
            partial.touch(mode=0o600)  # everything of everybody: for no other account of this machine
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                yield lambda name: archive.open(_zip_entry(name), "w", force_zip64=True)
            partial.replace(path)
        else:
            _refuse_other_files(path)
            partial.mkdir()
            yield lambda name: (partial / name).open("wb")
            path.mkdir(exist_ok=True)
            for file in partial.iterdir():
                file.replace(path / file.name)
    except OSError as error:
        raise CaseloadError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)


def _zip_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _refuse_other_files(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise CaseloadError(f"{path} is a file. Name a folder, or a file that ends in .zip.")
    ours = {table.file for table in all_tables()} | {DESCRIPTOR}
    others = sorted(file.name for file in path.iterdir() if file.name not in ours)
    if others:
        raise CaseloadError(f"The folder {path} holds {others[0]}, which is no part of a package. Name an empty one.")


def make_survivors() -> None:
    """Note, for each merged record, the id of the one that stands for it in the end."""
    for table in all_tables():
        if not table.survivor:
            continue
        name, link = table.db_table, f"{table.survivor}_id"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.survivor_{table.name}")
            cursor.execute(f"""
                CREATE TEMPORARY TABLE survivor_{table.name} ON COMMIT DROP AS
                WITH RECURSIVE way AS (
                    SELECT id, "{link}" AS next FROM "{name}"
                    WHERE consortium_id = {current_consortium_id()} AND "{link}" IS NOT NULL
                    UNION
                    SELECT way.id, r."{link}" FROM way JOIN "{name}" r ON r.id = way.next
                    WHERE r.consortium_id = {current_consortium_id()} AND r."{link}" IS NOT NULL
                )
                SELECT way.id, r.external_id FROM way JOIN "{name}" r ON r.id = way.next
                WHERE r.consortium_id = {current_consortium_id()} AND r."{link}" IS NULL
            """)


def has_rows(table: Table, hidden: Hidden) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({select(table, hidden)})")
        return bool(cursor.fetchone()[0])


def write_table(table: Table, stream: IO[bytes], hidden: Hidden) -> int:
    rows = 0
    stream.write((",".join(column.name for column in table.columns) + "\n").encode())
    sealed = [position for position, column in enumerate(table.columns) if column.sealed]
    with connection.chunked_cursor() as cursor:
        cursor.execute(select(table, hidden))
        while batch := cursor.fetchmany(ROWS_AT_ONCE):
            rows += len(batch)
            stream.write("".join(map(line, opened(batch, sealed) if sealed else batch)).encode())
    return rows


def opened(batch: Sequence[Sequence[Any]], sealed: Sequence[int]) -> Iterator[list[Any]]:
    """Decrypt what is encrypted at rest."""
    for row in batch:
        cells = list(row)
        for position in sealed:
            cells[position] = decrypt(bytes(cells[position] or b""))
        yield cells


def select(table: Table, hidden: Hidden) -> str:
    values = ", ".join(_value(table, column) for column in table.columns)
    scope = current_consortium_id()
    joins = "".join(_join(table, column) for column in table.references)
    left = [column for column in table.references if table_named(column.refers_to).redirects]
    only = f'AND r."{table.survivor}_id" IS NULL' if table.survivor else ""
    only += "".join(f" AND t_{column.name}.{table_named(column.refers_to).survivor}_id IS NULL" for column in left)
    if kept_out := rows_of_hidden(table, hidden, "r"):
        only += f" AND NOT ({kept_out})"
    rows = f'"{table.db_table}" r{joins}{_companion_join(table)} WHERE r.consortium_id = {scope} {only}'
    if _has_survivors(table):
        # What several records of one person say is said once, of the one that stands for them.
        own = _own_id(table)
        return f"SELECT DISTINCT ON ({own}) {values} FROM {rows} ORDER BY {own}, v_own.id NULLS FIRST, r.id"
    return f"SELECT {values} FROM {rows} ORDER BY r.external_id"


def rows_of_hidden(table: Table, hidden: Hidden, alias: str) -> str:
    """Return SQL that is true of a row that is hidden, or refers, by whatever way, to one that is; '' where none is."""
    if table.name in hidden:
        return f"{alias}.id = ANY(ARRAY[{', '.join(map(str, hidden[table.name]))}]::bigint[])"
    ways = [(table.db_column(column), table_named(column.refers_to)) for column in table.references]
    if table.companion_of:
        ways.append((f"{table.companion_field}_id", table_named(table.companion_of)))
    found = []
    for position, (name, target) in enumerate(ways):
        inner = f"{alias}{position}"
        condition = rows_of_hidden(target, hidden, inner) if target is not table else ""
        if condition:
            found.append(
                f'EXISTS (SELECT 1 FROM "{target.db_table}" {inner} WHERE {inner}.consortium_id = {alias}.consortium_id'
                f' AND {inner}.id = {alias}."{name}" AND ({condition}))'
            )
    return " OR ".join(found)


def _companion_join(table: Table) -> str:
    if not _has_survivors(table):
        return ""
    return f' LEFT JOIN survivor_{table.companion_of} v_own ON v_own.id = r."{table.companion_field}_id"'


def _own_id(table: Table) -> str:
    return "coalesce(v_own.external_id, r.external_id)" if _has_survivors(table) else "r.external_id"


def _has_survivors(table: Table) -> bool:
    """Tell whether rows of the table that this one says more about may have given way to others."""
    return bool(table.companion_of and table_named(table.companion_of).survivor)


def _join(table: Table, column: Column) -> str:
    referred = table_named(column.refers_to)
    name = table.db_column(column)
    join = (
        f' LEFT JOIN "{referred.db_table}" t_{column.name}'
        f' ON t_{column.name}.consortium_id = r.consortium_id AND t_{column.name}.id = r."{name}"'
    )
    if referred.survivor:
        join += f' LEFT JOIN survivor_{referred.name} v_{column.name} ON v_{column.name}.id = r."{name}"'
    return join


def _value(table: Table, column: Column) -> str:
    if column.name == "id":
        return _own_id(table)
    if column.kind == Kind.REFERENCE:
        own = f"t_{column.name}.external_id"
        return f"coalesce(v_{column.name}.external_id, {own})" if table_named(column.refers_to).survivor else own
    name = f'r."{table.db_column(column)}"'
    if column.kind == Kind.DAY:
        return f"to_char({name}, 'YYYY-MM-DD')"
    return name if column.sealed else f"{name}::text"
