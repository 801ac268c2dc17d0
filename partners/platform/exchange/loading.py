"""From the temporary tables into the consortium: new rows by INSERT … SELECT, changed rows by UPDATE … FROM.

Rows go in pieces of bounded size, so that neither the checks of references nor the history triggers have to hold a
whole table in memory. References are joined on (consortium, external id), so nothing of another consortium can be met.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from partners.models import ExchangeBatch, ExchangeChange
from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.declarations import Table, derived_of, table_named
from partners.platform.exchange.relations import literal, stage_name
from partners.platform.tenancy.scope import current_consortium_id

PIECE_BYTES = 8 * 1024 * 1024
PAGE = 8192
WORTH_COUNTING = 1000  # rows: fewer mislead nobody


@dataclass
class Counts:
    new: int = 0
    changed: int = 0
    same: int = 0

    def as_json(self) -> dict[str, int]:
        return {"new": self.new, "changed": self.changed, "same": self.same}


@dataclass
class Loading:
    """One table's way from its temporary table into the consortium."""

    table: Table
    present: tuple[str, ...]
    batch: ExchangeBatch
    progress: Callable[[int], None]

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.table.columns if column.name in self.present and column.name != "id"]

    @property
    def among_themselves(self) -> list[Column]:
        """The columns by which rows of the table refer to one another: given once all rows are there."""
        return [column for column in self.columns if column.refers_to == self.table.name]

    def run(self) -> Counts:
        counts = Counts()
        with connection.cursor() as cursor:
            for constraint in self.table.asked_last:
                cursor.execute(f'SET CONSTRAINTS "{constraint}" DEFERRED')
            cursor.execute(f"SELECT count(*) FROM {stage_name(self.table)}")
            (rows,) = cursor.fetchone()
            pages, step = self.pieces(cursor)
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{self.table.db_table}" WHERE consortium_id = {self.scope})')
            (any_there,) = cursor.fetchone()
            done = 0
            for start in range(0, pages, step):
                piece = f"s.ctid >= '({start},0)'::tid AND s.ctid < '({start + step},0)'::tid"
                changed = self.update(cursor, piece) if any_there and not self.among_themselves else 0
                # Without a required column every row is a known one, or the package was refused.
                new = self.insert(cursor, piece, any_there=any_there) if self.has_required else 0
                counts.changed += changed
                counts.new += new
                done += rows * min(step, pages - start) // pages
                self.progress(done)
            if self.among_themselves:
                self.refer_among_themselves(cursor)
                counts.changed = self.update(cursor, "true") if any_there else 0
            for constraint in self.table.asked_last:
                cursor.execute(f'SET CONSTRAINTS "{constraint}" IMMEDIATE')
            if counts.new >= WORTH_COUNTING:
                self.refresh_statistics(cursor)
        counts.same = rows - counts.new - counts.changed
        return counts

    def refresh_statistics(self, cursor: Any) -> None:
        """Tell the planner of the table's rows and of those that triggers made of them: what is loaded next meets both.

        See partners.migrations 0007_statistics.
        """
        derived = [each.model._meta.db_table for each in derived_of(self.table)]
        for name in dict.fromkeys([self.table.db_table, *derived]):
            cursor.execute("SELECT partners_refresh_statistics(%s::regclass)", [name])

    @property
    def scope(self) -> int:
        return current_consortium_id()

    @property
    def has_required(self) -> bool:
        return all(column.name in self.present for column in self.table.columns if column.required)

    def pieces(self, cursor: Any) -> tuple[int, int]:
        cursor.execute(f"SELECT pg_relation_size('{stage_name(self.table)}')")
        return int(cursor.fetchone()[0]) // PAGE, PIECE_BYTES // PAGE

    def insert(self, cursor: Any, piece: str, *, any_there: bool) -> int:
        """Insert the piece's new rows and note the runs of ids they got."""
        targets, values = ["consortium_id", "uid", "external_id", "recorded_at", "version"], []
        values = [str(self.scope), "caseload_uuid7()", "s.id", "now()", "1"]
        for column in self.columns:
            if column in self.among_themselves:
                continue
            targets.append(self.table.db_column(column))
            values.append(self.value(column))
            if column.sealed:
                targets.append(f"{column.name}_index")
                values.append(f"coalesce(s.{column.name}_index, '')")
        for name, value in self.fillers(targets).items():
            targets.append(name)
            values.append(value)
        absent = (
            f'AND NOT EXISTS (SELECT 1 FROM "{self.table.db_table}" m'
            f" WHERE m.consortium_id = {self.scope} AND m.external_id = s.id)"
            if any_there
            else ""
        )
        cursor.execute(f"""
            WITH made AS (
                INSERT INTO "{self.table.db_table}" ({", ".join(f'"{target}"' for target in targets)})
                SELECT {", ".join(values)} FROM {stage_name(self.table)} s {self.joins()}
                WHERE {piece} {absent}
                RETURNING id
            ), runs AS (
                SELECT min(id) AS first, max(id) AS last
                FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS run FROM made) numbered
                GROUP BY run
            ), noted AS (
                INSERT INTO "{ExchangeChange._meta.db_table}"
                    (consortium_id, batch_id, "table", record_id, last_record_id, version)
                SELECT {self.scope}, {self.batch.pk}, {literal(self.table.name)}, first, last, 1 FROM runs
            )
            SELECT count(*) FROM made
        """)
        return int(cursor.fetchone()[0])

    def refer_among_themselves(self, cursor: Any) -> None:
        """Give the new rows their references to rows of the same table, which may stand anywhere in the file."""
        for column in self.among_themselves:
            name = self.table.db_column(column)
            cursor.execute(f"""
                UPDATE "{self.table.db_table}" m SET "{name}" = other.id
                FROM {stage_name(self.table)} s
                JOIN "{self.table.db_table}" other
                    ON other.consortium_id = {self.scope} AND other.external_id = s."{column.name}",
                    "{ExchangeChange._meta.db_table}" made
                WHERE m.consortium_id = {self.scope} AND m.external_id = s.id
                    AND made.consortium_id = m.consortium_id AND made.batch_id = {self.batch.pk}
                    AND made."table" = {literal(self.table.name)} AND made.before IS NULL
                    AND m.id BETWEEN made.record_id AND made.last_record_id
            """)

    def update(self, cursor: Any, piece: str) -> int:
        """Update the piece's rows that differ, and note what they were before."""
        if not self.columns:
            return 0
        names = [(column, self.table.db_column(column)) for column in self.columns]
        new_values = [f'{self.value_beside(column)} AS "{name}"' for column, name in names]
        differs = " OR ".join(f'({self.value_beside(column)}) IS DISTINCT FROM m."{name}"' for column, name in names)
        before = ", ".join(f'{literal(name)}, m."{name}"' for _, name in names)
        sets = [f'"{name}" = d."{name}"' for _, name in names]
        for column in self.columns:
            if column.sealed:
                name = f"{column.name}_index"
                new_values.append(f"coalesce(s.{name}, '') AS {name}")
                before += f", {literal(name)}, m.{name}"
                sets.append(f"{name} = d.{name}")
        sets += [f'"{f.column}" = now()' for f in self.model_fields() if getattr(f, "auto_now", False)]
        cursor.execute(f"""
            CREATE TEMPORARY TABLE exchange_difference ON COMMIT DROP AS
            SELECT m.id AS pk, m.version + 1 AS next_version, jsonb_build_object({before}) AS before,
                   {", ".join(new_values)}
            FROM {stage_name(self.table)} s
            JOIN "{self.table.db_table}" m ON m.consortium_id = {self.scope} AND m.external_id = s.id
            {self.joins()}
            WHERE {piece} AND ({differs})
        """)
        changed = int(cursor.rowcount)
        if changed:
            cursor.execute(f"""
                INSERT INTO "{ExchangeChange._meta.db_table}"
                    (consortium_id, batch_id, "table", record_id, last_record_id, version, before)
                SELECT {self.scope}, {self.batch.pk}, {literal(self.table.name)}, pk, pk, next_version, before
                FROM exchange_difference
            """)
            cursor.execute(f"""
                UPDATE "{self.table.db_table}" m SET version = d.next_version, {", ".join(sets)}
                FROM exchange_difference d WHERE m.consortium_id = {self.scope} AND m.id = d.pk
            """)
        cursor.execute("DROP TABLE exchange_difference")
        return changed

    def value(self, column: Column) -> str:
        """Return the SQL of a staged value as the model's column stores it; empty text is '', not null."""
        if column.kind == Kind.REFERENCE:
            target = table_named(column.refers_to)
            own = f"t_{column.name}.id"
            return f"coalesce(t_{column.name}.{target.survivor}_id, {own})" if target.redirects else own
        if column.sealed:
            return f"coalesce(s.{column.name}, '\\x'::bytea)"
        name = f's."{column.name}"'
        if column.kind == Kind.CODE and self.table.db_type(column) in {"smallint", "integer"}:
            return f"{name}::integer"
        return f"coalesce({name}, '')" if column.kind in {Kind.TEXT, Kind.CODE} else name

    def value_beside(self, column: Column) -> str:
        """Return the SQL of a value as it will replace the stored row ``m``'s.

        Whoever names the record that took another's place means the one the row refers to: an export writes it so, and
        the reference itself stays, because a merge can be undone.
        """
        value = self.value(column)
        if column.kind != Kind.REFERENCE or not (survivor := table_named(column.refers_to).survivor):
            return value
        stored, target = f'm."{self.table.db_column(column)}"', table_named(column.refers_to).db_table
        standing = (
            f'(SELECT v."{survivor}_id" FROM "{target}" v WHERE v.consortium_id = {self.scope} AND v.id = {stored})'
        )
        return f"CASE WHEN {value} = {stored} OR {value} = {standing} THEN {stored} ELSE {value} END"

    def joins(self) -> str:
        return " ".join(
            f'LEFT JOIN "{table_named(column.refers_to).db_table}" t_{column.name}'
            f' ON t_{column.name}.consortium_id = {self.scope} AND t_{column.name}.external_id = s."{column.name}"'
            for column in self.columns
            if column.kind == Kind.REFERENCE
        )

    def model_fields(self) -> list[Any]:
        return [f for f in self.table.model._meta.local_concrete_fields if not f.primary_key and not f.generated]

    def fillers(self, given: list[str]) -> dict[str, str]:
        """Return what the other columns of a new row begin with: what is settled, or the model's defaults, in SQL."""
        fillers = {name: value() for name, value in self.table.settled}
        for model_field in self.model_fields():
            if model_field.column in (*given, *fillers) or (value := filler(model_field)) is None:
                continue
            fillers[model_field.column] = value
        return fillers


def filler(model_field: Any) -> str | None:
    """Return the SQL literal of a field's default; None leaves it null."""
    if getattr(model_field, "auto_now", False) or getattr(model_field, "auto_now_add", False):
        return "now()"
    if model_field.null:
        return None
    value = model_field.get_default()
    if isinstance(model_field, models.BinaryField):
        return "'\\x'::bytea"
    if isinstance(model_field, models.DateTimeField):
        return "now()"
    if isinstance(value, list):
        return "'{}'"
    return str(value).lower() if isinstance(value, bool | int) else literal(value or "")
