"""How figures are gathered, rounded and written: "Numbers" and "Output of a return" of the counting rules."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.oracle.words import WINDOWS, Window

FIGURE_KEY = ("line", "measure", "dimension", "member", "area_kind", "area")
TRACE_COLUMNS = ("line", "measure", "dimension", "member", "area", "window", "table", "id", "person")

# "show every member their rule knows, also when it is zero"; the others show a member that has a figure not zero.
SHOWS_EVERY_MEMBER = ("target_group", "ownership", "size_band", "level", "result", "person", "benefit")

DECIMALS = {"count": 0, "percent": 1, "median": 1, "money": 2, "mean": 2}


class FigureKey(NamedTuple):
    """What a row of a return is about; its order is the order of the rows."""

    line: str
    measure: str
    dimension: str = ""
    member: str = ""
    area_kind: str = ""
    area: str = ""


class TraceRow(NamedTuple):
    line: str
    measure: str
    dimension: str
    member: str
    area: str
    window: str
    table: str
    id: str
    person: str


@dataclass(frozen=True)
class Record:
    """A record that counts: where it stands, whom or what it counts once, and the members it belongs to."""

    table: str
    id: str
    counts: Hashable
    person: str = ""
    members: tuple[tuple[str, str], ...] = ()
    amount: Fraction = Fraction(1)

    def is_of(self, dimension: str, member: str) -> bool:
        return (dimension, member) in self.members


Select = Callable[[Window], Sequence[Record]]


@dataclass
class Figure:
    unit: str
    values: dict[str, Fraction | None] = field(default_factory=dict)


@dataclass
class Sheet:
    """All figures of a return with the records behind each."""

    windows: tuple[Window, Window, Window]
    figures: dict[FigureKey, Figure] = field(default_factory=dict)
    trace: set[TraceRow] = field(default_factory=set)
    # Lines whose rule says which members they show, also when all is zero.
    shown_as_put: set[str] = field(default_factory=set)

    def put(
        self, key: FigureKey, unit: str, window: str, value: Fraction | None, records: Iterable[Record] = ()
    ) -> None:
        self.figures.setdefault(key, Figure(unit)).values[window] = value
        for record in records:
            self.trace.add(
                TraceRow(
                    key.line,
                    key.measure,
                    key.dimension,
                    key.member,
                    key.area,
                    window,
                    record.table,
                    record.id,
                    record.person,
                )
            )

    def total(self, line: str, measure: str, window: str) -> Fraction | None:
        figure = self.figures.get(FigureKey(line, measure))
        return figure.values.get(window) if figure else None

    def behind_total(self, line: str, measure: str, window: str) -> list[Record]:
        return [
            Record(row.table, row.id, row.id, row.person)
            for row in self.trace
            if (row.line, row.measure, row.dimension, row.window) == (line, measure, "", window)
        ]

    def line(
        self,
        line: str,
        select: Select,
        measures: dict[str, tuple[str, Callable[[Sequence[Record]], Fraction | None], Callable[[Record], bool]]],
        dimensions: dict[str, Sequence[str]],
    ) -> None:
        """Put every measure of a line, in total and by member.

        `measures` holds the unit, the figure made of the records and which of the records stand behind it.
        `dimensions` names the members always shown; a dimension with none of them shows those it meets.
        "A breakdown counts only what its total counts": members are taken from the records of the total.
        """
        for window in self.windows:
            records = select(window)
            for measure, (unit, figure, stands_behind) in measures.items():
                behind = [record for record in records if stands_behind(record)]
                self.put(FigureKey(line, measure), unit, window.name, figure(records), behind)
        for dimension, known in dimensions.items():
            self._breakdown(line, select, measures, dimension, known)

    def _breakdown(
        self,
        line: str,
        select: Select,
        measures: dict[str, tuple[str, Callable[[Sequence[Record]], Fraction | None], Callable[[Record], bool]]],
        dimension: str,
        known: Sequence[str],
    ) -> None:
        members = set(known)
        chosen = {window.name: select(window) for window in self.windows}
        if dimension not in SHOWS_EVERY_MEMBER:
            members |= {
                member
                for records in chosen.values()
                for record in records
                for of, member in record.members
                if of == dimension
            }
        for window, records in chosen.items():
            by_member: dict[str, list[Record]] = {member: [] for member in members}
            for record in records:
                for of, member in record.members:
                    if of == dimension and member in by_member:
                        by_member[member].append(record)
            for member, theirs in by_member.items():
                for measure, (unit, figure, stands_behind) in measures.items():
                    behind = [record for record in theirs if stands_behind(record)]
                    self.put(FigureKey(line, measure, dimension, member), unit, window, figure(theirs), behind)

    def shown(self) -> dict[FigureKey, Figure]:
        """Output: "show a member, in every measure of the line, when any of its figures is not zero in any window".

        The member is what stands in the column `member`: in kpi_12 the code, whose areas are shown all or none.
        """
        with_something = {
            (key.line, key.dimension, key.member) for key, figure in self.figures.items() if any(figure.values.values())
        }
        return {
            key: figure
            for key, figure in self.figures.items()
            if key.line in self.shown_as_put
            or key.dimension in ("", *SHOWS_EVERY_MEMBER)
            or (key.line, key.dimension, key.member) in with_something
        }

    def rows(self, targets: Mapping[tuple[str, str, str], str]) -> list[dict[str, str]]:
        """The return's CSV but for title and forecast, sorted by code point.

        Output: "`target` is the year's target where one is set, beside the one measure it is about (the line's
        percentage if it has one, else its first measure) and blank beside the others".
        """
        about: dict[str, str] = {}
        for key in self.figures:
            if key.measure == "percent" or key.line not in about:
                about[key.line] = key.measure
        return [
            {
                **key._asdict(),
                "target": targets.get((key.line, key.dimension, key.member), "")
                if about[key.line] == key.measure
                else "",
                **{
                    name: written(figure.unit, figure.values[name]) if name in figure.values else "" for name in WINDOWS
                },
            }
            for key, figure in sorted(self.shown().items())
        ]

    def trace_rows(self) -> set[TraceRow]:
        shown = {(*key[:4], key.area) for key in self.shown()}
        return {row for row in self.trace if row[:5] in shown}


def anybody(record: Record) -> bool:
    return True


def how_many(records: Iterable[Record]) -> Fraction:
    """Words: "People are counted once"; whatever a record counts is counted once."""
    return Fraction(len({record.counts for record in records}))


def how_much(records: Iterable[Record]) -> Fraction:
    return sum((record.amount for record in records), Fraction(0))


def ratio(above: Fraction, below: Fraction) -> Fraction | None:
    """Numbers: "A ratio whose denominator is 0 ... is an empty cell"."""
    return above / below if below else None


def share(above: Fraction, below: Fraction) -> Fraction | None:
    return ratio(100 * above, below)


def mean(values: Sequence[Fraction]) -> Fraction | None:
    return ratio(sum(values, Fraction(0)), Fraction(len(values)))


def median(values: Sequence[Fraction]) -> Fraction | None:
    """Journey: "of an even number, the mean of the middle two"."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def written(unit: str, value: Fraction | None) -> str:
    """Numbers: "rounded once, from exact values, halves away from zero, never `-0`"."""
    if value is None:
        return ""
    if unit == "as observed":
        return without_trailing_zeros(value)
    return fixed(value, DECIMALS[unit])


def fixed(value: Fraction, decimals: int) -> str:
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).zfill(decimals + 1)
    sign = "-" if value < 0 and whole else ""
    if not decimals:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def without_trailing_zeros(value: Fraction) -> str:
    """kpi_12: "without trailing zeros"; an observed number is a decimal, so it ends."""
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    return fixed(value, decimals)
