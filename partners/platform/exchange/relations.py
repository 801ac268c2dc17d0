"""The package and the consortium as SQL relations: rows as they will be after the import.

Every fragment names tables and columns of the declarations only; no value of a package is ever part of a statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.declarations import Table, table_named


def literal(value: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def stage_name(table: Table) -> str:
    return f"stage_{table.name}"


@dataclass
class StagedRelations:
    """The staged tables of one import: their columns, and the rows they will make together with what is there."""

    consortium_id: int
    present: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Tables whose rows could not be told apart, and columns that stand under a slightly different name.
    unreadable: set[str] = field(default_factory=set)
    misnamed: dict[str, set[str]] = field(default_factory=dict)

    def is_staged(self, table: str) -> bool:
        return table in self.present

    def has(self, table: str, column: str) -> bool:
        return column in self.present.get(table, ())

    def after(self, table_name: str, *columns: str) -> str:
        """Return the rows of the package with the values they will have: (line, id, columns)."""
        table = table_named(table_name)
        stored = [column for column in columns if not self.has(table_name, column)]
        wanted = [
            f'{self._stored(table, table.by_name[c])} AS "{c}"' if c in stored else f's."{c}" AS "{c}"' for c in columns
        ]
        join = self._main_join(table, [table.by_name[column] for column in stored]) if stored else ""
        return f"(SELECT {', '.join(['s.line', 's.id', *wanted])} FROM {stage_name(table)} s {join} WHERE s.whole)"

    def existing(self, table_name: str, *columns: str, where: str = "true") -> str:
        """Return the rows of the consortium that are not in the package, with a null line."""
        table = table_named(table_name)
        declared = [table.by_name[column] for column in columns]
        wanted = [f'{self._stored(table, column)} AS "{column.name}"' for column in declared]
        staged = f"SELECT 1 FROM {stage_name(table)} s WHERE s.id = m.external_id"
        absent = f"NOT EXISTS ({staged})" if self.is_staged(table_name) else "true"
        return (
            f"(SELECT * FROM (SELECT {', '.join(['NULL::bigint AS line', 'm.external_id AS id', *wanted])}"
            f' FROM "{table.db_table}" m {self._target_joins(table, declared)}'
            f" WHERE m.consortium_id = {self.consortium_id} AND {absent}) of_consortium WHERE {where})"
        )

    def outcome(self, table_name: str, *columns: str, existing_where: str = "true") -> str:
        """Return all rows of a table as they will be: (line or null, id, columns)."""
        existing = self.existing(table_name, *columns, where=existing_where)
        if not self.is_staged(table_name):
            return existing
        return f"({self.after(table_name, *columns)[1:-1]} UNION ALL {existing[1:-1]})"

    def differing(self, table_name: str, column_name: str, *, where: str = "true") -> str:
        """Return the known rows of the package whose value of a column will be another: (line, id, value).

        A reference to a record that stands for the one referred to is no other: an export writes the survivor's id.
        ``where`` is SQL over the staged row ``s`` and the stored row ``m``.
        """
        table = table_named(table_name)
        column = table.by_name[column_name]
        stored = self._stored(table, column)
        staged = f"coalesce(s.\"{column_name}\", '\\x'::bytea)" if column.sealed else f's."{column_name}"'
        differs = f"{staged} IS DISTINCT FROM {stored}"
        if column.kind == Kind.REFERENCE and (survivor := table_named(column.refers_to).survivor):
            target = table_named(column.refers_to).db_table
            differs += (
                f' AND s."{column_name}" IS DISTINCT FROM (SELECT v.external_id FROM "{target}" v'
                f' WHERE v.consortium_id = {self.consortium_id} AND v.id = t_{column_name}."{survivor}_id")'
            )
        return (
            f'(SELECT s.line, s.id, s."{column_name}"::text AS value FROM {stage_name(table)} s'
            f' JOIN "{table.db_table}" m ON m.consortium_id = {self.consortium_id} AND m.external_id = s.id'
            f" {self._target_joins(table, [column])} WHERE {differs} AND ({where}))"
        )

    def fresh(self, table_name: str, column_name: str, *, where: str = "true") -> str:
        """Return the rows of the package that the consortium does not know yet: (line, id, value)."""
        table = table_named(table_name)
        shown = f's."{column_name}"::text' if self.has(table_name, column_name) else "NULL"
        return (
            f"(SELECT s.line, s.id, {shown} AS value FROM {stage_name(table)} s WHERE s.whole AND s.id IS NOT NULL"
            f' AND NOT EXISTS (SELECT 1 FROM "{table.db_table}" m WHERE m.consortium_id = {self.consortium_id}'
            f" AND m.external_id = s.id) AND ({where}))"
        )

    def parent(self, table_name: str, key: str, alias: str) -> str:
        """Join the row that ``key`` (an id) refers to, from the package or the consortium; see :meth:`value`."""
        table = table_named(table_name)
        stage = f"LEFT JOIN {stage_name(table)} s_{alias} ON s_{alias}.id = {key}" if self.is_staged(table_name) else ""
        return (
            f'{stage} LEFT JOIN "{table.db_table}" m_{alias}'
            f" ON m_{alias}.consortium_id = {self.consortium_id} AND m_{alias}.external_id = {key}"
        )

    def value(self, table_name: str, alias: str, column: str) -> str:
        """Return the value that a joined parent will have; not for references (see :meth:`parent_reference`)."""
        table = table_named(table_name)
        stored = self._stored(table, table.by_name[column], alias=f"m_{alias}")
        if not self.has(table_name, column):
            return stored
        return f'CASE WHEN s_{alias}.id IS NOT NULL THEN s_{alias}."{column}" ELSE {stored} END'

    def parent_reference(self, table_name: str, alias: str, column: str) -> str:
        """Return the id that a joined parent will refer to."""
        table = table_named(table_name)
        declared = table.by_name[column]
        target = table_named(declared.refers_to)
        stored = (
            f'(SELECT t.external_id FROM "{target.db_table}" t WHERE t.consortium_id = {self.consortium_id}'
            f' AND t.id = m_{alias}."{table.db_column(declared)}")'
        )
        if not self.has(table_name, column):
            return stored
        return f'CASE WHEN s_{alias}.id IS NOT NULL THEN s_{alias}."{column}" ELSE {stored} END'

    def _stored(self, table: Table, column: Column, alias: str = "m") -> str:
        if column.kind == Kind.REFERENCE:
            return f't_{column.name}."external_id"'
        name = f'{alias}."{table.db_column(column)}"'
        if column.kind == Kind.CODE:
            return f"NULLIF({name}::text, '')"
        return f"NULLIF({name}, '')" if column.kind == Kind.TEXT and not column.sealed else name

    def _main_join(self, table: Table, columns: Sequence[Column]) -> str:
        return (
            f'LEFT JOIN "{table.db_table}" m ON m.consortium_id = {self.consortium_id} AND m.external_id = s.id'
            f" {self._target_joins(table, columns)}"
        )

    def _target_joins(self, table: Table, columns: Sequence[Column]) -> str:
        return " ".join(
            f'LEFT JOIN "{table_named(column.refers_to).db_table}" t_{column.name}'
            f" ON t_{column.name}.consortium_id = {self.consortium_id}"
            f' AND t_{column.name}.id = m."{table.db_column(column)}"'
            for column in columns
            if column.kind == Kind.REFERENCE
        )
