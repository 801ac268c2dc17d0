"""The records behind the figures: a row for every record in every figure of every window (COMMANDS.md, --trace)."""

from collections.abc import Iterable, Iterator
from typing import IO

from django.db import connections

from reporting.counting.declarations import Count, Dimension, Indicator, Measure, OutputsOf, Ratio, Sum
from reporting.counting.engine import Counting, Line

HEADER = "line,measure,dimension,member,area,window,table,id,person"


def write_trace(counting: Counting, file: IO[str]) -> None:
    """Stream the trace in the order of its columns, by code point, one line of the return after another."""
    file.write(HEADER + "\n")
    for code in sorted(counting.lines):
        statements = list(traced(counting.lines[code], code)) + list(borrowed(counting, code))
        if not statements:
            continue
        query = " UNION ALL ".join(statements)
        names = ("line", "measure", "dimension", "member", "area", "window_name", "record_table", "id", "person")
        order = ", ".join(f'{name} COLLATE "C"' for name in names)
        counting.sources.need("people")
        with connections[counting.using].cursor() as cursor:
            # Nothing in the statement comes from outside but codes of lines and members, which are quoted below.
            sql = f"COPY (SELECT * FROM ({query}) traced ({', '.join(names)}) ORDER BY {order}) TO STDOUT (FORMAT csv)"  # noqa: S608
            cursor.copy_expert(sql, file)


def traced(line: Line, code: str) -> Iterator[str]:
    """Return the statements listing a line's records: in its total, and in each breakdown it shows."""
    indicator = line.indicator
    shown = {figures.member[:2] for figures in line.figures}
    measures = measures_of(indicator)
    if indicator.has_total:
        yield listing(line, code, None, measures)
    for dimension in indicator.dimensions:
        members = sorted(member for name, member in shown if name == dimension.name)
        if members:
            yield listing(line, code, dimension, measures, members)


def borrowed(counting: Counting, code: str) -> Iterator[str]:
    """Return the statements for the outputs that unit costs divide by: the records of the other line's total."""
    indicator = counting.lines[code].indicator
    outputs = [measure.name for measure in indicator.measures if isinstance(measure, OutputsOf)]
    if not outputs:
        return
    names = [*outputs, *(m.name for m in indicator.measures if isinstance(m, Ratio) and m.under in outputs)]
    for figures in counting.lines[code].figures:
        other = counting.lines.get(figures.member[1])
        if other is None or other.total is None:
            continue
        output = other.indicator.measure(other.indicator.output)
        yield listing(
            other,
            code,
            None,
            [(name, condition(other.indicator, output)) for name in names],
            place=(figures.member[0], figures.member[1]),
        )


def measures_of(indicator: Indicator) -> list[tuple[str, str]]:
    """Return the shown measures that have records, each with the condition that a record is in it."""
    return [
        (measure.name, condition(indicator, measure))
        for measure in indicator.shown_measures
        if not isinstance(measure, OutputsOf)
    ]


def condition(indicator: Indicator, measure: Measure) -> str:
    """Return which rows enter a measure; a ratio lists the records of both its sides."""
    if isinstance(measure, Ratio):
        sides = [indicator.measure(measure.over), indicator.measure(measure.under)]
        tests = {condition(indicator, side) for side in sides if not isinstance(side, OutputsOf)}
        return "true" if "true" in tests or not tests else "(" + " OR ".join(sorted(tests)) + ")"
    if isinstance(measure, (Count, Sum)) and measure.where:
        return measure.where
    return "true"


def listing(
    line: Line,
    code: str,
    dimension: Dimension | None,
    measures: Iterable[tuple[str, str]],
    members: Iterable[str] = (),
    *,
    place: tuple[str, str] = ("", ""),
) -> str:
    indicator = line.indicator
    source, member, test = f"{line.table} record", quoted(place[1]), "true"
    if dimension and dimension.many:
        source += f" CROSS JOIN LATERAL unnest(record.{dimension.sql}) AS member"
        member = "member"
    elif dimension:
        member = f"record.{dimension.sql}"
    if dimension:
        test = f"{member} IN ({', '.join(quoted(each) for each in members)})"
    area = "NULLIF(record.area, '')" if dimension and dimension.area else "NULL::text"
    table = "record.record_table" if "record_table" in line.columns else quoted(indicator.table)
    person = "NULL"
    if indicator.people:
        person = "person.reference"
        source += " LEFT JOIN count_people person ON person.client_id = record.person_id"
    frames = ", ".join(f"({quoted(window)}, record.in_{window})" for window in indicator.windows)
    tests = ", ".join(f"({quoted(name)}, {test_})" for name, test_ in measures)
    return (
        f"SELECT {quoted(code)}, measure.name, {quoted(dimension.name if dimension else place[0])}, {member},"  # noqa: S608
        f" {area}, frame.name, {table}, record.reference, {person}"
        f" FROM {source} CROSS JOIN LATERAL (VALUES {frames}) AS frame (name, holds)"
        f" CROSS JOIN LATERAL (VALUES {tests}) AS measure (name, holds)"
        f" WHERE frame.holds AND measure.holds AND {test}"
    )


def quoted(text: str) -> str:
    """Write a text as an SQL literal; an empty one as nothing, which the trace prints as an empty cell."""
    return "NULL::text" if not text else "'" + text.replace("'", "''") + "'"
