"""Writes an exchange package row by row: a folder of CSV files, or a zip of them with the same bytes every time."""

import csv
import shutil
import zipfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import IO, Any, Self

from partners.errors import CaseloadError
from partners.platform.exchange.columns import Kind
from partners.platform.exchange.declarations import Table, all_tables

# Zip members carry a time; this one stands for none.
NO_TIME = (1980, 1, 1, 0, 0, 0)


class PlaceTaken(CaseloadError):
    code = "place_taken"

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is something at {path} already. Name a new folder or zip file.")


class Sheet:
    """The file of one table while it is written."""

    def __init__(self, table: Table, stream: IO[str]) -> None:
        self.rows = 0
        self.prefix = str(table.model._meta.verbose_name).replace(" ", "-")
        self.columns = [column.name for column in table.columns]
        self.known = frozenset(self.columns)
        self.flags = [column.name for column in table.columns if column.kind == Kind.BOOLEAN]
        self.write = csv.writer(stream, lineterminator="\n").writerow
        self.write(self.columns)


class PackageWriter:
    """A package being written beside its place and moved there when whole, so that no half of one is ever seen.

    ``add`` numbers the rows of a table: the third employer is ``employer-000003`` in every package.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir() and any(path.iterdir()):
            raise PlaceTaken(path)
        if path.is_file() and path.stat().st_size:
            raise PlaceTaken(path)
        self.path = path
        self._tables = {table.name: table for table in all_tables()}
        self._stack = ExitStack()
        self._sheets: dict[str, Sheet] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(mkdtemp(prefix=f".{self.path.name}-", dir=self.path.parent))
        for table in self._tables.values():
            if not table.is_extra:  # the others are there when they have rows
                self._sheet(table.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        try:
            if kind is None:
                self._finish()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def counts(self) -> dict[str, int]:
        return {name: sheet.rows for name, sheet in self._sheets.items()}

    def add(self, table: str, **cells: Any) -> str:
        """Write a row and return its id: the one given, or the next of its table. A column left out is empty."""
        sheet = self._sheets.get(table) or self._sheet(table)
        if not sheet.known.issuperset(cells):
            raise ValueError(f"{table} has no column {sorted(cells.keys() - sheet.known)}.")
        sheet.rows += 1
        key: str = cells.setdefault("id", f"{sheet.prefix}-{sheet.rows:06}")
        for name in sheet.flags:
            if isinstance(cells.get(name), bool):
                cells[name] = "true" if cells[name] else "false"
        sheet.write(map(cells.get, sheet.columns))
        return key

    def _sheet(self, table: str) -> Sheet:
        path = self._folder / f"{table}.csv"
        stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline="", buffering=1 << 18))
        self._sheets[table] = Sheet(self._tables[table], stream)
        return self._sheets[table]

    def _finish(self) -> None:
        if self.path.suffix.lower() == ".zip":
            packed = self._folder / "package.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
                for table in self._sheets:
                    member = zipfile.ZipInfo(f"{table}.csv", NO_TIME)
                    member.compress_type = zipfile.ZIP_DEFLATED
                    member.external_attr = 0o644 << 16
                    with (self._folder / f"{table}.csv").open("rb") as source, archive.open(member, "w") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
            packed.replace(self.path)
        else:
            if self.path.is_dir():
                self.path.rmdir()
            self._folder.chmod(0o755)
            self._folder.replace(self.path)


class Calendar(dict[int | None, str]):
    """The text of each day by its number, made once: adding to numbers is quick."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__({None: ""})
        self.first, self.last = first.toordinal(), last.toordinal()

    def __missing__(self, day: int) -> str:
        text = self[day] = date.fromordinal(day).isoformat()
        return text
