"""The count: each indicator's records into one table, and figure, breakdowns, windows, list and trace from that table.

A figure and its list cannot disagree, because both are read from the same rows. All of one count is read from one
snapshot of the database, so that an import under way changes nothing in the middle.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import connections
from django.utils.functional import cached_property

from caseload.models import TargetGroup
from partners.models import Consortium
from reporting.counting.claims import declared_claims, funder_of
from reporting.counting.declarations import (
    Count,
    Counted,
    Dimension,
    Indicator,
    Measured,
    Median,
    OutputsOf,
    Ratio,
    Sum,
)
from reporting.counting.numbers import Style, written
from reporting.counting.sources import Sources
from reporting.counting.windows import WINDOWS, Quarter

Value = Fraction | None
Member = tuple[str, str, str, str]
TOTAL: Member = ("", "", "", "")


@dataclass
class Figures:
    """The exact values of one member of one line: ``values[measure][window]``.

    ``member`` is (dimension, member, area kind, area); the total row has four empty words.
    """

    member: Member
    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)

    @property
    def is_zero(self) -> bool:
        return not any(value for windows in self.values.values() for value in windows.values())

    def text(self, measure: str, window: str) -> str:
        return written(self.values[measure].get(window), self.styles[measure])


@dataclass
class Line:
    """One counted indicator: its figures and the temporary table of its records."""

    indicator: Indicator
    table: str
    columns: frozenset[str]
    figures: list[Figures] = field(default_factory=list)

    @property
    def total(self) -> Figures | None:
        return next((each for each in self.figures if each.member == TOTAL), None)


class Counting:
    """One count of one consortium and quarter, inside its scope and a transaction."""

    def __init__(self, consortium: Consortium, quarter: Quarter, *, using: str = "default") -> None:
        self.consortium = consortium
        self.quarter = quarter
        self.using = using
        self.parameters = quarter.parameters(consortium.programme_start)
        self.lines: dict[str, Line] = {}

    @cached_property
    def sources(self) -> Sources:
        """The shared tables, made of what is read when the first line is counted (:mod:`reporting.counting.known`)."""
        groups = TargetGroup.objects.using(self.using).filter(counted=True).order_by("position", "code")
        return Sources(self, list(groups), map(funder_of, declared_claims(self.consortium)))

    def execute(self, sql: str, parameters: dict[str, Any]) -> None:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, {**self.parameters, **parameters})

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, {**self.parameters, **(parameters or {})})
            return list(cursor.fetchall())

    def count(self, indicator: Indicator) -> Line:
        """Count one indicator; the same one again is what it was."""
        if indicator.code not in self.lines:
            self.sources.need(*indicator.reads)
            table = f"counted_{indicator.code}"
            self.execute(f"DROP TABLE IF EXISTS pg_temp.{table}", {})
            self.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {windowed(indicator)}", {})
            line = Line(indicator, table, self.columns_of(table))
            self.lines[indicator.code] = line
            line.figures = self.figures_of(line)
        return self.lines[indicator.code]

    def columns_of(self, table: str) -> frozenset[str]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608  a name of ours
            return frozenset(column.name for column in cursor.description or ())

    def figures_of(self, line: Line) -> list[Figures]:
        indicator = line.indicator
        found: list[Figures] = []
        if indicator.has_total:
            found += self.grouped(line, None) or [self.figures(indicator, TOTAL, {})]
        for dimension in indicator.dimensions:
            found += self.members(line, dimension)
        return found

    def members(self, line: Line, dimension: Dimension) -> list[Figures]:
        """Return a dimension's members: those its rule knows, or those with a figure that is not zero."""
        found = {figures.member: figures for figures in self.grouped(line, dimension)}
        known = dimension.known_members()
        if known is not None:
            places = [(dimension.name, member, "", "") for member in known]
            return [found.get(place) or self.figures(line.indicator, place, {}) for place in places]
        # An area of its own is part of the figure, not of the member: the member is shown with all its areas.
        shown = {place[1] for place, figures in found.items() if dimension.shows_nought or not figures.is_zero}
        return [figures for place, figures in found.items() if place[1] in shown]

    def grouped(self, line: Line, dimension: Dimension | None) -> list[Figures]:
        """Return the figures of every member in one statement, or of all together without a dimension."""
        indicator = line.indicator
        counted = [measure for measure in indicator.measures if isinstance(measure, (Count, Sum, Median))]
        sql = aggregate(indicator, line.table, dimension, counted)
        found = []
        for member, area_kind, area, *numbers in self.rows(sql):
            place: Member = (dimension.name, member, area_kind, area) if dimension else TOTAL
            values = iter(numbers)
            exact = {m.name: {window: fraction(next(values)) for window in indicator.windows} for m in counted}
            found.append(self.figures(indicator, place, exact))
        return found

    def figures(self, indicator: Indicator, place: Member, exact: dict[str, dict[str, Value]]) -> Figures:
        """Complete a member's figures: nothing counted is 0, and the measures made of others."""
        figures = Figures(place)
        for measure in indicator.measures:
            figures.styles[measure.name] = measure.style
            if isinstance(measure, Ratio):
                figures.values[measure.name] = {
                    window: ratio(figures.values[measure.over][window], figures.values[measure.under][window], measure)
                    for window in indicator.windows
                }
            elif isinstance(measure, OutputsOf):
                figures.values[measure.name], figures.styles[measure.name] = self.outputs_of(place[1])
            else:
                nothing = None if isinstance(measure, Median) else Fraction(0)
                counted = exact.get(measure.name, {})
                figures.values[measure.name] = {
                    window: nothing if (value := counted.get(window)) is None else value for window in indicator.windows
                }
        return figures

    def outputs_of(self, code: str) -> tuple[dict[str, Value], Style]:
        """Return the total row of another line, already counted; a code with no total row has no outputs."""
        line = self.lines.get(code)
        if line is None or line.total is None:
            return dict.fromkeys(WINDOWS), Style.COUNT
        output = line.indicator.output
        return {window: line.total.values[output].get(window) for window in WINDOWS}, line.total.styles[output]


def windowed(indicator: Indicator) -> str:
    """Return an indicator's records with the windows each is in."""
    if indicator.measured == Measured.OWN:
        return f"SELECT * FROM ({indicator.query}) record"  # noqa: S608  a declaration's own text
    if indicator.measured == Measured.STOCK:
        flags = "on_date >= %(q_start)s AS in_quarter, on_date >= %(y_start)s AS in_year, true AS in_all"
        return f"SELECT *, {flags} FROM ({indicator.query}) record"  # noqa: S608
    return (
        "SELECT *, on_date >= %(q_start)s AS in_quarter, on_date >= %(y_start)s AS in_year,"  # noqa: S608
        f" on_date >= %(a_start)s::date AS in_all FROM ({indicator.query}) record"
        " WHERE on_date BETWEEN LEAST(%(y_start)s::date, %(a_start)s::date) AND %(q_end)s"
    )


def aggregate(indicator: Indicator, table: str, dimension: Dimension | None, counted: Sequence[Counted]) -> str:
    """Return the statement that adds up a line's records, by member or all together.

    Where rows with one key count once, they are first drawn together by key: two hashed passes instead of sorting
    the keys anew for every window.
    """
    member, source, where = "''", table, "true"
    if dimension and dimension.many:
        member, source = "member", f"{table} CROSS JOIN LATERAL unnest({dimension.sql}) AS member"
    elif dimension:
        member, where = f"{dimension.sql}::text", f"{dimension.sql} <> ''"
    area = "area_kind, area" if dimension and dimension.area else "''::text, ''::text"
    places = f"{member} AS member_name, {area}"
    inner: list[str] = []
    outer: list[str] = []
    for number, measure in enumerate(counted):
        for window in indicator.windows:
            column = f"m{number}_{window}"
            test = f"in_{window}" + (f" AND {measure.where}" if measure.where else "")
            if indicator.distinct:
                inner.append(f"{one_key(measure, test)} AS {column}")
                outer.append(f"count(*) FILTER (WHERE {column})" if isinstance(measure, Count) else f"sum({column})")
            else:
                outer.append(plain(measure, test))
    if indicator.distinct:
        keys = f"SELECT {places}, {', '.join(inner)} FROM {source} WHERE {where} GROUP BY 1, 2, 3, {indicator.key}"  # noqa: S608
        source, where = f"({keys}) AS one (member_name, area_kind, area)", "true"
        places = "member_name, area_kind, area"
    # A total of nothing is still one row; a breakdown of nothing is none.
    grouping = "GROUP BY 1, 2, 3" if dimension else "HAVING true"
    places = places if dimension else "'', '', ''"
    return f"SELECT {places}, {', '.join(outer)} FROM {source} WHERE {where} {grouping}"  # noqa: S608


def one_key(measure: Counted, test: str) -> str:
    if isinstance(measure, Count):
        return f"bool_or({test})"
    if isinstance(measure, Sum):
        return f"sum({measure.column}) FILTER (WHERE {test})"
    raise TypeError("A median is of records, not of keys.")


def plain(measure: Counted, test: str) -> str:
    if isinstance(measure, Count):
        return f"count(*) FILTER (WHERE {test})"
    if isinstance(measure, Sum):
        return f"sum({measure.column}) FILTER (WHERE {test})"
    return f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {measure.column}) FILTER (WHERE {test})"


def fraction(number: Any) -> Value:
    return None if number is None else Fraction(number)


def ratio(over: Value, under: Value, measure: Ratio) -> Value:
    return None if over is None or not under else over / under * measure.factor


@contextmanager
def counting(consortium: Consortium, quarter: Quarter) -> Iterator[Counting]:
    """Count in the snapshot of the transaction in hand (see partners.platform.tenancy.scope, ``snapshot=True``)."""
    session = Counting(consortium, quarter)
    # Hashing instead of sorting on disk; statements are many and short, compiling them costs more than it saves.
    session.execute("SET LOCAL work_mem = '96MB'", {})
    session.execute("SET LOCAL jit = off", {})
    session.execute("SET LOCAL client_min_messages = warning", {})
    try:
        yield session
    finally:
        session.lines.clear()
