"""Read a statement of SQL and find where it joins two tenant tables without comparing their consortia."""

import re
from collections.abc import Hashable, Iterator
from functools import cache
from itertools import count

import sqlglot
from sqlglot import exp

from partners.platform.tenancy.checks import tenant_models

OWNER = "consortium_id"
ENDS_WITH_WORK = " ON COMMIT DROP"  # which the parser does not know
PLACEHOLDER = re.compile(r"(?i)(\bIN\s+)?%(?:\((\w+)\))?s")


def careless_joins(sql: str) -> list[str]:
    """Return each comparison by which a tenant table is joined to another without the consortium.

    Two tables are of one consortium where their columns are compared, straight or by way of a third table, or where
    both are compared with the same value. What stands in a subquery of its own has to be compared with some value.
    """
    if len(_tables_named().findall(sql)) < 2:
        return []
    plain = _without_placeholders(sql).replace(ENDS_WITH_WORK, "")
    statements = [each for each in sqlglot.parse(plain, dialect="postgres") if each]
    unread = [f"not understood: {each.sql()}" for each in statements if isinstance(each, exp.Command)]
    return [*unread, *(said for statement in statements for said in _Reading(statement).careless())]


@cache
def _columns() -> dict[str, frozenset[str]]:
    """Return the columns of each table that has a consortium."""
    return {
        model._meta.db_table: frozenset(field.column for field in model._meta.local_concrete_fields)
        for model in tenant_models()
    }


@cache
def _tables_named() -> re.Pattern[str]:
    return re.compile(rf'(?<![\w.])"?(?:{"|".join(_columns())})"?(?![\w."])')


def _without_placeholders(sql: str) -> str:
    """Put a value in each place for one: the same where the place has a name."""
    numbers = count()

    def value(found: re.Match[str]) -> str:
        text = f"'given {found[2] or next(numbers)}'"
        return f"{found[1]}({text})" if found[1] else text

    return PLACEHOLDER.sub(value, sql).replace("%%", "%")


class _Reading:
    def __init__(self, statement: exp.Expr) -> None:
        self.compared = [each for each in statement.find_all(exp.EQ, exp.In) if not _is_set(each)]
        self.inside = {each.alias for each in statement.find_all(exp.CTE)}
        self.owners = _Same()
        for each in self.compared:
            if isinstance(each, exp.EQ):
                self.owners.note(*(self._owner(side) for side in (each.this, each.expression)))

    def careless(self) -> Iterator[str]:
        for each in self.compared:
            sides = [self._tables_in(side) for side in _sides(each)]
            pairs = [(one, other) for one in sides[0] for side in sides[1:] for other in side if one is not other]
            if any(self._is_careless(one, other) for one, other in pairs) or self._reads_everybody(each):
                yield each.sql("postgres")

    def _is_careless(self, one: exp.Expr, other: exp.Expr) -> bool:
        if _is_tenants(one) and _is_tenants(other):
            return not self.owners.are_same(id(one), id(other))
        tables = [each for each in (one, other) if _is_tenants(each)]
        made_here = [each for each in (one, other) if not isinstance(each, exp.Table) or each.name in self.inside]
        return bool(made_here) and any(id(each) not in self.owners for each in tables)

    def _reads_everybody(self, each: exp.Expr) -> bool:
        """Tell of a comparison with what a subquery finds whether it looks through more than one consortium."""
        query = each.args.get("query")
        tables = query.find_all(exp.Table) if query is not None else ()
        return any(_is_tenants(table) and id(table) not in self.owners for table in tables)

    def _owner(self, side: exp.Expr) -> Hashable:
        """Return which table's consortium, or which value, is one side of a comparison."""
        side = side.unnest()
        if not isinstance(side, exp.Column):
            return side.sql("postgres")
        table = _table_of(side) if side.name == OWNER else None
        return None if table is None else id(table)

    def _tables_in(self, side: exp.Expr) -> list[exp.Expr]:
        """Return the tables whose columns stand on one side of a comparison, outside of its subqueries."""
        nodes = side.walk(prune=lambda node: isinstance(node, exp.Query))
        columns = [node for node in nodes if isinstance(node, exp.Column) and node.name != OWNER]
        return [table for table in map(_table_of, columns) if table is not None]


def _is_set(each: exp.Expr) -> bool:
    return isinstance(each.parent, exp.Update | exp.OnConflict) and each.arg_key == "expressions"


def _is_tenants(source: exp.Expr) -> bool:
    return isinstance(source, exp.Table) and source.name in _columns()


def _sides(each: exp.Expr) -> list[exp.Expr]:
    return [each.this, each.expression] if isinstance(each, exp.EQ) else [each.this, *each.expressions]


def _table_of(column: exp.Column) -> exp.Expr | None:
    """Return what a column is read from, looked for from the inmost query outwards."""
    query = column.parent
    while query is not None:
        for source in _sources(query):
            if column.table and source.alias_or_name == column.table:
                return source
            if not column.table and column.name in _columns().get(source.name, ()):
                return source
        query = query.parent
    return None


def _sources(query: exp.Expr) -> Iterator[exp.Expr]:
    """Return what a query reads from or writes to, by its own clauses only."""
    if isinstance(query, exp.Update | exp.Delete | exp.Insert):
        yield from _with_joins(query.this)
    for name in ("from_", "using"):
        clause = query.args.get(name)
        for part in clause if isinstance(clause, list) else [clause]:
            if isinstance(part, exp.Expr):
                yield from _with_joins(part.this if isinstance(part, exp.From) else part)
    if isinstance(query, exp.Select):
        yield from _joined(query)


def _with_joins(source: exp.Expr) -> Iterator[exp.Expr]:
    yield source
    yield from _joined(source)


def _joined(query: exp.Expr) -> Iterator[exp.Expr]:
    for join in query.args.get("joins") or []:
        yield from _with_joins(join.this)
    yield from query.args.get("laterals") or []


class _Same:
    """What is known to be of one consortium."""

    def __init__(self) -> None:
        self.next: dict[Hashable, Hashable] = {}

    def __contains__(self, one: Hashable) -> bool:
        return one in self.next

    def note(self, one: Hashable, other: Hashable) -> None:
        if one is not None and other is not None:
            self.next.setdefault(one, one)
            self.next.setdefault(other, other)
            self.next[self._last(one)] = self._last(other)

    def are_same(self, one: Hashable, other: Hashable) -> bool:
        return one in self and other in self and self._last(one) == self._last(other)

    def _last(self, one: Hashable) -> Hashable:
        while (further := self.next[one]) != one:
            one = further
        return one
