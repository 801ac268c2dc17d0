"""Compare a return with the independent count, cell by cell and record by record.

The rules fix every cell and the columns of the trace. They leave open what stands behind a ratio, a median or a mean;
the reading taken is every record that went into it, for a ratio both above and below the line. A person is named where
a person is counted, and nowhere else. To compare a line or measure less strictly, say in `COMPARED` which of the
columns `table`, `id` and `person` must agree; with none of them its trace is left out.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.oracle.sheet import FIGURE_KEY, TRACE_COLUMNS, TraceRow
from tests.oracle.words import WINDOWS

CELLS = (*FIGURE_KEY, *WINDOWS, "target")

RECORDS = ("table", "id", "person")
COMPARED: dict[tuple[str, str], tuple[str, ...]] = {}


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
        columns = COMPARED.get((row.line, row.measure), RECORDS)
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
