"""The rows of a return as they are printed (contract KPIS.md, "Output of a return")."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import IO

from reporting.counting.engine import TOTAL, Line
from reporting.counting.numbers import as_given
from reporting.counting.windows import WINDOWS

Targets = Mapping[tuple[str, str, str], Decimal]


@dataclass(frozen=True, order=True)
class Row:
    """One figure in its windows. The fields are the columns, in their order."""

    line: str
    title: str
    measure: str
    dimension: str
    member: str
    area_kind: str
    area: str
    quarter: str
    year: str
    all: str
    target: str
    forecast: str

    @property
    def place(self) -> tuple[str, ...]:
        return (self.line, self.measure, self.dimension, self.member, self.area_kind, self.area)


HEADER = tuple(field.name for field in fields(Row))


def rows_of(line: Line, targets: Targets, forecasts: Mapping[str, Decimal]) -> Iterator[Row]:
    """Return a line's rows; target and forecast stand beside the one measure they are about."""
    indicator = line.indicator
    for figures in line.figures:
        dimension, member, area_kind, area = figures.member
        target = targets.get((indicator.code, dimension, member))
        forecast = forecasts.get(indicator.code) if figures.member == TOTAL else None
        for measure in indicator.shown_measures:
            is_aimed_at = measure.name == indicator.aimed_at
            quarter, year, all_ = (figures.text(measure.name, window) for window in WINDOWS)
            yield Row(
                line=indicator.code,
                title=indicator.title,
                measure=measure.name,
                dimension=dimension,
                member=member,
                area_kind=area_kind,
                area=area,
                quarter=quarter,
                year=year,
                all=all_,
                target=number(target) if is_aimed_at else "",
                forecast=number(forecast) if is_aimed_at else "",
            )


def number(value: Decimal | None) -> str:
    return "" if value is None else as_given(Fraction(value))


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Sort by code point, empty first."""
    return sorted(rows, key=lambda row: row.place)


def write_csv(rows: Iterable[Row], file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(astuple(row) for row in rows)
