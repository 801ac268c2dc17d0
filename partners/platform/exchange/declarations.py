"""What an app says about its tables of the exchange package (contract exchange/FIELDS.md).

Each app declares its tables in its ``exchange.py`` and adds them here, so that the engine knows no app.
What a column holds, the model's field of its name says (:mod:`partners.platform.exchange.columns`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from django.db import connection, models

from partners.models import StaffMember
from partners.platform.exchange.columns import ID, Column, Kind, Said, column_of
from partners.platform.tenancy.constraints import Check


class Relations(Protocol):
    """The package and the consortium, as rules ask of them (:class:`partners.platform.exchange.relations`)."""

    consortium_id: int
    present: dict[str, tuple[str, ...]]
    unreadable: set[str]
    misnamed: dict[str, set[str]]

    def is_staged(self, table: str) -> bool: ...

    def has(self, table: str, column: str) -> bool: ...

    def after(self, table_name: str, *columns: str) -> str: ...

    def existing(self, table_name: str, *columns: str, where: str = "true") -> str: ...

    def outcome(self, table_name: str, *columns: str, existing_where: str = "true") -> str: ...

    def differing(self, table_name: str, column_name: str, *, where: str = "true") -> str: ...

    def fresh(self, table_name: str, column_name: str, *, where: str = "true") -> str: ...

    def parent(self, table_name: str, key: str, alias: str) -> str: ...

    def value(self, table_name: str, alias: str, column: str) -> str: ...

    def parent_reference(self, table_name: str, alias: str, column: str) -> str: ...


@dataclass(frozen=True)
class RowRule:
    """A rule of one row after the import. ``wrong`` is SQL that is true when it is broken; columns stand in braces.

    It is reported at the first of ``columns`` that the package's file has.
    """

    columns: tuple[str, ...]
    wrong: str
    reason: str
    only_warns: bool = False


@dataclass(frozen=True)
class SetRule:
    """A rule of several rows after the import, asked when one of ``tables`` is in the package.

    ``findings`` yields SELECTs of (warning, file, line, field, value, reason).
    """

    tables: tuple[str, ...]
    findings: Callable[[Relations], Iterable[str]]


@dataclass(frozen=True)
class Guard:
    """Columns that open sight or give power: a package or its undoing changes them only where its bringer ``may``.

    A known row that differs is asked where ``only`` holds; a new one where ``new`` holds: SQL over the staged row
    ``s`` and, for ``only``, the stored row ``m``. ``gone`` is true where taking a row away opens something too.
    """

    columns: tuple[str, ...]
    may: Callable[[StaffMember | None], bool]
    reason: str
    only: str = "true"
    new: str = "false"
    gone: bool = False


@dataclass(frozen=True)
class Derived:
    """Rows that the system itself made of a table's rows, and makes anew: undo takes them along.

    ``field`` is their reference to the table; ``unless`` is SQL over the derived row ``d``, true where a person has
    built on it.
    """

    table: str
    model: type[models.Model]
    field: str
    unless: str = "false"


@dataclass(frozen=True)
class Table:
    name: str
    model: type[models.Model]
    title: str
    # Its columns in the order of the contract, after ``id``: the names, where the model's fields say everything.
    holds: tuple[str | Said, ...]
    # Besides those that the constraints of the model say: what is refused of a package only, and warnings.
    row_rules: tuple[RowRule, ...] = ()
    set_rules: tuple[SetRule, ...] = ()
    # A reference to the record that took this one's place: an export writes that one's id everywhere.
    survivor: str = ""
    # Whatever named the record that gave way was moved to the survivor, and what still names it in a package is, too.
    redirects: bool = False
    # What a package has no column for and the consortium has settled: the column, and the SQL of a new row's value.
    settled: tuple[tuple[str, Callable[[], str]], ...] = ()
    guards: tuple[Guard, ...] = ()
    # The table it stands after in the contract, and is loaded after; or, of an app below, the one it stands before.
    after: str = ""
    before: str = ""
    # The version of the package that brought it: what a later one brought stands after all there was.
    since: str = "1.0"
    # A companion of another table, which it loads after: its id is that of the row of that table it says more about,
    # and ``companion_field`` refers to that row. What stands for a row in an export stands for it here.
    companion_of: str = ""
    companion_field: str = ""
    # Beyond the contract's tables, and after them: the file is written only where it has rows, with its descriptor.
    is_extra: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return (ID, *(column_of(self.model, said, name_of=table_name_of) for said in self.holds))

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def db_table(self) -> str:
        return self.model._meta.db_table

    def db_column(self, column: Column) -> str:
        return str(self.model._meta.get_field(column.field_name).column)  # type: ignore[union-attr]

    def db_type(self, column: Column) -> str:
        return str(self.model._meta.get_field(column.field_name).db_type(connection))

    @cached_property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind == Kind.REFERENCE)

    @cached_property
    def all_row_rules(self) -> tuple[RowRule, ...]:
        return (*rules_of(self.model, set(self.by_name)), *self.row_rules)

    @property
    def comes_after(self) -> set[str]:
        named = {self.after, self.companion_of, *(column.refers_to for column in self.references)}
        return named - {"", self.name}

    @cached_property
    def asked_last(self) -> tuple[str, ...]:
        """Constraints over several rows, asked at the end of the table rather than in the middle of an update."""
        return tuple(each.name for each in self.model._meta.constraints if getattr(each, "deferrable", None))


# Yields SELECTs of (warning, file, line, field, value, reason): what a bringer may not bring.
Judge = Callable[[Relations, StaffMember], Iterable[str]]


# Returns the keys of a table's rows that somebody may not take out.
Withholding = Callable[[StaffMember], list[int]]


@dataclass
class _Registry:
    tables: dict[str, Table] = field(default_factory=dict)
    ordered: list[Table] = field(default_factory=list)
    withheld: dict[str, Withholding] = field(default_factory=dict)
    judges: list[Judge] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)


_registry = _Registry()


def add_tables(*tables: Table) -> None:
    for table in tables:
        _registry.tables[table.name] = table
    _registry.ordered = []


def add_derived(*derived: Derived) -> None:
    _registry.derived += [each for each in derived if each not in _registry.derived]


def add_judge(judge: Judge) -> None:
    """Have a function asked of every package that somebody of the consortium brings."""
    if judge not in _registry.judges:
        _registry.judges.append(judge)


def all_judges() -> list[Judge]:
    return list(_registry.judges)


def add_withholding(table: str, withholding: Withholding) -> None:
    """Have a function asked which rows of a table, with all that refers to them, stay out of somebody's export."""
    _registry.withheld[table] = withholding


def withheld_from(by: StaffMember) -> dict[str, list[int]]:
    """Return the keys of the rows that somebody may not take out, by table; only where there are any."""
    found = {table: withholding(by) for table, withholding in _registry.withheld.items()}
    return {table: keys for table, keys in found.items() if keys}


def derived_of(table: Table) -> list[Derived]:
    return [each for each in _registry.derived if each.table == table.name]


def all_tables() -> list[Table]:
    """Return every table in the order of the contract, so that each comes after those it refers to."""
    if not _registry.ordered:
        _registry.ordered = _in_order(_registry.tables.values())
    return list(_registry.ordered)


def _in_order(tables: Iterable[Table]) -> list[Table]:
    ordered: dict[str, Table] = {}
    waiting = sorted(tables, key=lambda table: (table.is_extra, table.since))
    while waiting:
        held_back = {table.before for table in waiting}
        ready = next((t for t in waiting if t.name not in held_back and ordered.keys() >= t.comes_after), None)
        if ready is None:
            raise LookupError(f"No order of these tables is possible: {', '.join(t.name for t in waiting)}.")
        ordered[ready.name] = ready
        waiting.remove(ready)
    return list(ordered.values())


def table_named(name: str) -> Table:
    return _registry.tables[name]


def rules_of(model: type[models.Model], columns: set[str]) -> list[RowRule]:
    """Return what the database asks of one row, as a package is asked it."""
    return [
        RowRule(constraint.columns, constraint.wrong, constraint.told)
        for constraint in model._meta.constraints
        if isinstance(constraint, Check) and constraint.wrong and columns.issuperset(constraint.columns)
    ]


def table_name_of(model: type[models.Model]) -> str:
    """Return the name of the table that keeps a model's records."""
    return next(table.name for table in _registry.tables.values() if table.model is model)
