"""Compare a return with the independent count, cell by cell and record by record.

The rules fix every cell. Of the trace they fix the columns; what stands behind a ratio, and whether a line that counts
rows names a person, they leave open. `HOW_TO_COMPARE` says per line and measure which columns must agree:

- `RECORDS`: table, id and person, the default for lines that count people;
- `ROWS`: table and id (the line counts rows, employers, agreements or money, so a person is optional);
- `PEOPLE`: the people only (assessments: any of a person's records may stand for the change);
- `NOT`: nothing (a ratio, a median of what another line lists, an output that another line lists).
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.oracle.sheet import FIGURE_KEY, TRACE_COLUMNS, TraceRow
from tests.oracle.words import WINDOWS

CELLS = (*FIGURE_KEY, *WINDOWS)

RECORDS = ("table", "id", "person")
ROWS = ("table", "id")
PEOPLE = ("person",)
NOT = ()

HOW_TO_COMPARE: dict[tuple[str, str], tuple[str, ...]] = {
    ("kpi_6", "success_rate"): NOT,
    ("kpi_8", "value"): NOT,
    ("kpi_22", "percent"): NOT,
    ("kpi_24", "percent"): NOT,
    ("kpi_25", "outputs"): NOT,
    ("kpi_25", "cost_per_output"): NOT,
    ("distance_travelled", "people"): PEOPLE,
    ("distance_travelled", "mean_change"): PEOPLE,
    ("funded_job_dropout", "value"): NOT,
}
LINES_OF_PEOPLE = ("kpi_4", "kpi_5", "kpi_11", "kpi_13", "kpi_16", "kpi_19", "headline_", "journey_")


def compared_columns(line: str, measure: str) -> tuple[str, ...]:
    if (line, measure) in HOW_TO_COMPARE:
        return HOW_TO_COMPARE[line, measure]
    of_people = any(line == name or (name.endswith("_") and line.startswith(name)) for name in LINES_OF_PEOPLE)
    return RECORDS if of_people else ROWS


def figures_of(rows: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in CELLS) for row in rows]


def read_return(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_trace(path: Path) -> set[TraceRow]:
    with path.open(encoding="utf-8", newline="") as file:
        return {TraceRow(*(row[column] for column in TRACE_COLUMNS)) for row in csv.DictReader(file)}


def comparable(trace: Iterable[TraceRow]) -> set[tuple[str, ...]]:
    """Blank what the rules leave open, so that the rest can be compared as sets."""
    kept = set()
    for row in trace:
        columns = compared_columns(row.line, row.measure)
        if columns:
            free = {name: "" for name in RECORDS if name not in columns}
            kept.add(tuple(row._replace(**free)))
    return kept


def differences(
    ours: tuple[Iterable[dict[str, str]], Iterable[TraceRow]],
    theirs: tuple[Iterable[dict[str, str]], Iterable[TraceRow]],
) -> list[str]:
    """Name every cell and every record on which the count (`ours`) and the return (`theirs`) disagree."""
    return [*_differing_figures(ours[0], theirs[0]), *_differing_records(ours[1], theirs[1])]


def _differing_figures(ours: Iterable[dict[str, str]], theirs: Iterable[dict[str, str]]) -> list[str]:
    counted, returned = figures_of(ours), figures_of(theirs)
    by_key = {figure[: len(FIGURE_KEY)]: figure[len(FIGURE_KEY) :] for figure in counted}
    other = {figure[: len(FIGURE_KEY)]: figure[len(FIGURE_KEY) :] for figure in returned}
    found = [
        f"{'/'.join(key)}: the count says {by_key.get(key, 'no row')}, the return {other.get(key, 'no row')}"
        for key in sorted(by_key.keys() | other.keys())
        if by_key.get(key) != other.get(key)
    ]
    if not found and counted != returned:
        found.append("the rows of the return are in another order, or one is there twice")
    return found


def _differing_records(ours: Iterable[TraceRow], theirs: Iterable[TraceRow]) -> list[str]:
    counted, returned = comparable(ours), comparable(theirs)
    return [
        *(f"trace: only the count has {','.join(row)}" for row in sorted(counted - returned)),
        *(f"trace: only the return has {','.join(row)}" for row in sorted(returned - counted)),
    ]
