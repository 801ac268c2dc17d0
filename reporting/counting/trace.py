"""The records behind the figures: a row for every record in every figure of every window (COMMANDS.md, --trace)."""

from collections.abc import Iterable, Iterator
from typing import IO

from django.db import connections

from reporting.counting.declarations import Count, Dimension, Indicator, Measure, OutputsOf, Ratio, Sum, Traced
from reporting.counting.engine import Counting, Line

HEADER = "line,measure,dimension,member,area,window,table,id,person"


def write_trace(counting: Counting, file: IO[str]) -> None:
    """Stream the trace in the order of its columns, by code point.

    One statement for each line, measure and dimension, which come in their order here. The records of a line are put
    in order once, by their text; after that the database sorts numbers, a fifth of the time.
    """
    file.write(HEADER + "\n")
    counting.sources.need("people")
    for line in counting.lines.values():
        rank(counting, line)
    for code in sorted(counting.lines):
        parts = [*traced(counting.lines[code], code), *borrowed(counting, code)]
        for _, statement in sorted(parts):
            with connections[counting.using].cursor() as cursor:
                # Nothing in a statement comes from outside but codes of lines and members, which are quoted.
                cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", file)


def rank(counting: Counting, line: Line) -> None:
    """Number a line's records in the order of the trace, and name their people."""
    indicator = line.indicator
    table = "record_table" if "record_table" in line.columns else quoted(indicator.table)
    person, people = "NULL::text", ""
    if indicator.people:
        person, people = "person.reference", " LEFT JOIN count_people person ON person.client_id = record.person_id"
    order = f'{table} COLLATE "C", record.reference COLLATE "C"'
    counting.execute(f"DROP TABLE IF EXISTS pg_temp.{line.table}_ranked", {})
    counting.execute(
        f"CREATE TEMPORARY TABLE {line.table}_ranked ON COMMIT DROP AS"  # noqa: S608
        f" SELECT record.*, {table} AS source_table, {person} AS person_reference,"
        f" row_number() OVER (ORDER BY {order})::int AS rank FROM {line.table} record{people}",
        {},
    )
    counting.execute(f"ANALYZE {line.table}_ranked", {})


Place = tuple[str, str, str]


def traced(line: Line, code: str) -> Iterator[tuple[Place, str]]:
    """Return the statements listing a line's records, each with its place: measure, dimension, member."""
    indicator = line.indicator
    shown = {figures.member[:2] for figures in line.figures}
    traced = indicator.traced or everything(indicator)
    for measure in measures_of(indicator):
        if measure[0] not in traced.measures:
            continue
        if indicator.has_total and traced.total:
            yield (measure[0], "", ""), listing(line, code, None, measure)
        for dimension in indicator.dimensions:
            if dimension.name not in traced.dimensions:
                continue
            members = sorted(member for name, member in shown if name == dimension.name)
            if members and measure[0] in costs_of(indicator):
                # Each member's spend stands beside its outputs, which another line lists.
                for each in members:
                    yield (measure[0], dimension.name, each), listing(line, code, dimension, measure, [each])
            elif members:
                yield (measure[0], dimension.name, ""), listing(line, code, dimension, measure, members)


def everything(indicator: Indicator) -> Traced:
    names = tuple(measure.name for measure in indicator.shown_measures)
    return Traced(names, indicator.windows, tuple(dimension.name for dimension in indicator.dimensions))


def costs_of(indicator: Indicator) -> list[str]:
    """Return the measures that divide by what another line counted."""
    outputs = {measure.name for measure in indicator.measures if isinstance(measure, OutputsOf)}
    return [each.name for each in indicator.measures if isinstance(each, Ratio) and each.under in outputs]


def borrowed(counting: Counting, code: str) -> Iterator[tuple[Place, str]]:
    """Return the statements for the outputs that unit costs divide by: the records of the other line's total."""
    indicator = counting.lines[code].indicator
    outputs = [measure.name for measure in indicator.measures if isinstance(measure, OutputsOf)]
    for figures in counting.lines[code].figures if outputs else []:
        dimension, member = figures.member[:2]
        other = counting.lines.get(member)
        if other is None or other.total is None:
            continue
        test = condition(other.indicator, other.indicator.measure(other.indicator.output))
        for name in [*outputs, *costs_of(indicator)]:
            statement = listing(other, code, None, (name, test), place=(dimension, member))
            yield (name, dimension, member), statement


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
    measure: tuple[str, str],
    members: Iterable[str] = (),
    *,
    place: tuple[str, str] = ("", ""),
) -> str:
    """Return the statement that lists one measure of one dimension, or of the total, in the order of the trace."""
    indicator = line.indicator
    source, member, order, area = f"{line.table}_ranked record", quoted(place[1]), "", "NULL::text"
    if dimension:
        positions = ", ".join(f"({position}, {quoted(each)})" for position, each in enumerate(members))
        value = "value" if dimension.many else f"record.{dimension.sql}"
        source += f" CROSS JOIN LATERAL unnest(record.{dimension.sql}) AS value" if dimension.many else ""
        source += f" JOIN (VALUES {positions}) AS shown (position, member) ON shown.member = {value}"
        member, order = "shown.member", "shown.position, "
    if dimension and dimension.area:
        area, order = "NULLIF(record.area, '')", f'{order}record.area COLLATE "C", '
    frames = ", ".join(
        f"({position}, {quoted(window)}, record.in_{window})"
        for position, window in enumerate(sorted(indicator.traced.windows if indicator.traced else indicator.windows))
    )
    return (
        f"SELECT {quoted(code)}, {quoted(measure[0])}, {quoted(dimension.name if dimension else place[0])}, {member},"  # noqa: S608
        f" {area}, frame.name, record.source_table, record.reference, record.person_reference"
        f" FROM {source} CROSS JOIN LATERAL (VALUES {frames}) AS frame (position, name, holds)"
        f" WHERE frame.holds AND {measure[1]} ORDER BY {order}frame.position, record.rank"
    )


def quoted(text: str) -> str:
    """Write a text as an SQL literal; an empty one as nothing, which the trace prints as an empty cell."""
    return "NULL::text" if not text else "'" + text.replace("'", "''") + "'"
