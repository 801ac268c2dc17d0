"""The counts of people in a build, put before :mod:`reporting.counting.suppression`, and what is made from them.

Contract KPIS.md, "Small numbers".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reporting.counting.declarations import Count, Indicator, Measure, OutputsOf, Ratio
from reporting.counting.engine import Figures, Line
from reporting.counting.suppression import Cell, Counts, Key, PastCell, Sum, stars_of
from reporting.packs.shapes import SMALL_NUMBERS

LEAST_LIMIT = SMALL_NUMBERS


def families_of(indicators: Iterable[Indicator]) -> list[list[Indicator]]:
    """Return the lines that count people, those together of which one tells something of another."""
    listed = [each for each in indicators if any(each.counts_people(measure) for measure in each.measures)]
    heads: dict[str, list[Indicator]] = defaultdict(list)
    for each in listed:
        heads[each.part_of or each.code].append(each)
    return list(heads.values())


def judge(
    lines: Sequence[Line], *, starts: Mapping[str, date], end: date, past: Mapping[Key, Sequence[PastCell]], limit: int
) -> set[Cell]:
    """Return the cells of one family that are a star."""
    values: dict[Key, dict[date, int]] = {}
    for line in lines:
        for figures in line.figures:
            for measure in people_measures(line.indicator):
                found = figures.values[measure.name]
                values[key_of(line, measure.name, figures)] = {
                    starts[window]: int(found[window] or 0) for window in line.indicator.windows
                }
    sums = [*sums_of_members(lines), *sums_of_lines(lines)]
    return stars_of(Counts(end, values, sums, list(within_of(lines)), past, limit))


def people_measures(indicator: Indicator) -> list[Measure]:
    return [measure for measure in indicator.shown_measures if indicator.counts_people(measure)]


def key_of(line: Line, measure: str, figures: Figures) -> Key:
    return (line.indicator.code, measure, figures.member[0], figures.member[1])


def sums_of_members(lines: Sequence[Line]) -> Iterator[Sum]:
    for line in lines:
        for measure in people_measures(line.indicator):
            code = line.indicator.code
            for dimension in line.indicator.dimensions:
                members = [each.member[1] for each in line.figures if each.member[0] == dimension.name]
                parts = tuple((code, measure.name, dimension.name, member) for member in members)
                yield Sum((code, measure.name, "", ""), parts)


def sums_of_lines(lines: Sequence[Line]) -> Iterator[Sum]:
    """Yield what the lines of a family add up to, place by place."""
    head = next((line for line in lines if not line.indicator.part_of), None)
    parts = [line.indicator.code for line in lines if line.indicator.part_of]
    if head is None or not parts:
        return
    for figures in head.figures:
        for measure in people_measures(head.indicator):
            place = (measure.name, figures.member[0], figures.member[1])
            yield Sum((head.indicator.code, *place), tuple((code, *place) for code in parts))


def within_of(lines: Sequence[Line]) -> Iterator[tuple[Key, Key]]:
    for line in lines:
        for measure in people_measures(line.indicator):
            if isinstance(measure, Count) and measure.within:
                for figures in line.figures:
                    yield key_of(line, measure.name, figures), key_of(line, measure.within, figures)


@dataclass(frozen=True)
class MadeFrom:
    """What the figures that are no counts are made from: shares, means, medians, and the outputs of unit costs."""

    lines: Mapping[str, Line]
    stars: set[Cell]
    starts: Mapping[str, date]
    limit: int

    def small(self) -> set[tuple[Key, str]]:
        """Return those made from a starred or a small count, each with its window."""
        return {
            (key_of(line, measure.name, figures), window)
            for line in self.lines.values()
            for figures in line.figures
            for measure in line.indicator.shown_measures
            if not line.indicator.counts_people(measure)
            for window in line.indicator.windows
            if figures.values[measure.name].get(window) is not None and self.is_small(line, figures, measure, window)
        }

    def is_small(self, line: Line, figures: Figures, measure: Measure, window: str) -> bool:
        indicator = line.indicator
        if indicator.counts_people(measure):
            is_few = 0 < (figures.values[measure.name].get(window) or 0) <= self.limit
            return is_few or self.is_starred(key_of(line, measure.name, figures), window)
        if isinstance(measure, OutputsOf):
            other = self.lines.get(figures.member[1])
            if other is None or other.total is None:
                return False
            return self.is_small(other, other.total, other.indicator.measure(other.indicator.output), window)
        sides = (measure.over, measure.under) if isinstance(measure, Ratio) else ()
        if any(self.is_small(line, figures, indicator.measure(side), window) for side in sides):
            return True
        place = figures.member[:2]
        return any(
            self.is_starred((code, self.lines[code].indicator.output, *place), window) for code in indicator.made_from
        )

    def is_starred(self, key: Key, window: str) -> bool:
        return (key, self.starts[window]) in self.stars
