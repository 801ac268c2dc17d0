"""No star is told by differences of cells, lines, windows, quarters or builds (contract KPIS.md, "Small numbers")."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from reporting.counting.suppression import Counts, Key, PastCell, Sum, stars_of
from reporting.counting.windows import Quarter
from tests.reporting.attacker import Attacker

TOTAL: Key = ("line", "value", "", "")
START = date(2007, 4, 1)
QUARTERS = [Quarter(2007, 1), Quarter(2007, 2), Quarter(2007, 3), Quarter(2007, 4), Quarter(2008, 1)]


def member(name: str, dimension: str = "sector") -> Key:
    return ("line", "value", dimension, name)


@dataclass
class Line:
    """A line that is built quarter after quarter; ``people`` counts by member and quarter."""

    people: dict[str, dict[Quarter, int]]
    unknown: dict[Quarter, int] = field(default_factory=dict)
    past: dict[Key, list[PastCell]] = field(default_factory=dict)
    shown: list[tuple[dict[Any, int], int]] = field(default_factory=list)
    stars: list[tuple[dict[Any, int], int]] = field(default_factory=list)

    def rise(self, key: Key, start: date, end: date) -> tuple[dict[Any, int], int]:
        """Return which unknowns a cell adds up, and its true value."""
        held = [quarter for quarter in QUARTERS if start <= quarter.start and quarter.after.start <= end]
        names = self.names(key)
        row = {(name, str(quarter)): 1 for name in names for quarter in held}
        return row, sum(self.of(name, quarter) for name in names for quarter in held)

    def keys(self) -> list[Key]:
        return [TOTAL, *(member(name) for name in self.people)]

    def names(self, key: Key) -> list[str]:
        return [key[3]] if key[3] else [*self.people, "?"]

    def sums(self) -> list[Sum]:
        return [Sum(TOTAL, tuple(self.keys()[1:]))]

    def of(self, name: str, quarter: Quarter) -> int:
        return (self.unknown if name == "?" else self.people[name]).get(quarter, 0)

    def build(self, quarter: Quarter) -> dict[tuple[str, str], str]:
        """Build a quarter's return and give what is read of it, by member and window."""
        end = quarter.after.start
        windows = {"quarter": quarter.start, "year": quarter.year_start, "all": START}
        keys = self.keys()
        rises = {key: {name: self.rise(key, start, end) for name, start in windows.items()} for key in keys}
        values = {key: {windows[name]: value for name, (_, value) in rises[key].items()} for key in keys}
        stars = stars_of(Counts(end, values, self.sums(), past=self.past))
        read = {}
        for key in keys:
            for name, start in windows.items():
                row, value = rises[key][name]
                starred = (key, start) in stars
                (self.stars if starred else self.shown).append((row, value))
                self.past.setdefault(key, []).append(PastCell(start, end, value, shown=not starred))
                read[key[3], name] = "*" if starred else str(value)
        return read

    def told(self) -> Iterator[tuple[dict[Any, int], int]]:
        """Yield the stars that somebody who has read everything can reckon."""
        exact = (
            self.shown if any(self.unknown.values()) else [*self.shown, *(({("?", str(q)): 1}, 0) for q in QUARTERS)]
        )
        attacker = Attacker(exact, [row for row, _ in self.stars])
        yield from ((row, value) for row, value in self.stars if attacker.knows(row, value))


@dataclass
class Headline(Line):
    """A total of several lines, each of them, and the total, by small area: unknowns are line and area together."""

    lines: tuple[str, ...] = ("ib", "jsa", "lone")
    areas: tuple[str, ...] = ("E1", "E2", "E3")

    def keys(self) -> list[Key]:
        places = [("", ""), *(("lsoa", area) for area in self.areas)]
        return [(line, "value", *place) for line in ("total", *self.lines) for place in places]

    def names(self, key: Key) -> list[str]:
        lines = self.lines if key[0] == "total" else (key[0],)
        return [f"{line} {area}" for line in lines for area in ([key[3]] if key[3] else self.areas)]

    def sums(self) -> list[Sum]:
        by_area = [
            Sum((line, "value", "", ""), tuple((line, "value", "lsoa", area) for area in self.areas))
            for line in ("total", *self.lines)
        ]
        by_line = [
            Sum(("total", "value", *place), tuple((line, "value", *place) for line in self.lines))
            for place in (("", ""), *(("lsoa", area) for area in self.areas))
        ]
        return by_area + by_line


def test_the_small_the_next_smallest_and_no_more_are_stars() -> None:
    line = Line({"A": {QUARTERS[0]: 3}, "B": {QUARTERS[0]: 20}, "C": {QUARTERS[0]: 9}, "D": {QUARTERS[0]: 0}})

    read = line.build(QUARTERS[0])

    assert {name: read[name, "quarter"] for name in ("", "A", "B", "C", "D")} == {
        "": "32",
        "A": "*",
        "B": "20",
        "C": "*",
        "D": "0",
    }
    assert not list(line.told())


def test_the_total_is_a_star_where_nothing_else_hides_the_only_member() -> None:
    line = Line({"A": {QUARTERS[0]: 3}}, unknown={})

    assert line.build(QUARTERS[0]) == {
        (name, window): "*" for name in ("", "A") for window in ("quarter", "year", "all")
    }


def test_a_member_alone_hides_among_people_of_whom_it_is_not_known() -> None:
    line = Line({"A": {QUARTERS[0]: 3}}, unknown={QUARTERS[0]: 30})

    read = line.build(QUARTERS[0])

    assert (read["A", "quarter"], read["", "quarter"]) == ("*", "33")


def test_ones_that_add_up_to_a_shown_total_do_not_stand_there_as_ones() -> None:
    line = Line({name: {QUARTERS[0]: 1} for name in "ABCDEF"})

    read = line.build(QUARTERS[0])

    assert read["", "quarter"] == "*"


def test_a_small_quarter_is_not_told_by_the_year_before_and_after_it() -> None:
    line = Line(
        {
            "A": {QUARTERS[0]: 9, QUARTERS[1]: 3, QUARTERS[2]: 8},
            "B": {QUARTERS[0]: 30, QUARTERS[1]: 40, QUARTERS[2]: 50},
        }
    )
    first, second, third = (line.build(quarter) for quarter in QUARTERS[:3])

    assert first["A", "year"] == "9"
    assert (second["A", "quarter"], second["A", "year"], second["A", "all"]) == ("*", "*", "*")
    assert second["", "quarter"] == "43"
    # The quarter after is left out, so that the year may stand again.
    assert (third["A", "quarter"], third["A", "year"]) == ("*", "20")
    assert not list(line.told())


def test_building_again_with_more_people_tells_nothing_of_the_build_before() -> None:
    line = Line({"A": {QUARTERS[0]: 3}, "B": {QUARTERS[0]: 5}, "C": {QUARTERS[0]: 60}})
    before = line.build(QUARTERS[0])
    line.people["A"][QUARTERS[0]] = 6

    after = line.build(QUARTERS[0])

    assert (before["A", "quarter"], before["B", "quarter"], before["", "quarter"]) == ("*", "*", "68")
    # Had B been shown now, the first total less B and C would have been A's 3.
    assert after["B", "quarter"] == "*"
    assert after["A", "quarter"] == "*"
    assert after["", "quarter"] == "71"


def test_building_again_without_the_small_ones_tells_nothing_of_the_build_before() -> None:
    line = Line({"A": {QUARTERS[0]: 3}, "B": {QUARTERS[0]: 5}, "C": {QUARTERS[0]: 60}})
    line.build(QUARTERS[0])
    line.people["A"][QUARTERS[0]] = 0

    after = line.build(QUARTERS[0])

    assert after["A", "quarter"] == "0"
    shown = {name: after[name, "quarter"] for name in ("", "B", "C")}
    assert shown["B"] == "*"
    assert "*" in {shown[""], shown["C"]}


def random_line(dice: random.Random) -> Line:
    most = dice.choice((3, 6, 30))
    quarters = QUARTERS[: dice.randint(1, 5)]
    people = {
        name: {quarter: dice.choice((0, dice.randint(0, most), dice.randint(0, most))) for quarter in quarters}
        for name in "ABCD"[: dice.randint(1, 4)]
    }
    unknown = {quarter: dice.randint(0, 3) for quarter in quarters} if dice.random() < 0.3 else {}
    return Line(people, unknown)


def build_in_order(line: Line, dice: random.Random) -> None:
    """Build quarter after quarter: some twice."""
    for quarter in QUARTERS:
        for _ in range(dice.choice((1, 1, 1, 2))):
            line.build(quarter)


@pytest.mark.parametrize("seed", range(60))
def test_nobody_can_reckon_a_star_of_any_line(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  test data, not secrets
    line = random_line(dice)

    build_in_order(line, dice)

    assert not list(line.told())


def random_headline(dice: random.Random) -> Headline:
    """Return lines of small areas without a nought: noughts are shown whatever they tell."""
    most = dice.choice((4, 9, 40))
    line = Headline({})
    line.people = {
        name: {quarter: dice.randint(1, most) for quarter in QUARTERS[:3]}
        for name in line.names(("total", "value", "", ""))
    }
    return line


@pytest.mark.parametrize("seed", range(12))
def test_nobody_can_reckon_a_star_of_a_total_of_lines(seed: int) -> None:
    line = random_headline(random.Random(seed))  # noqa: S311  test data, not secrets

    for quarter in QUARTERS[:3]:
        line.build(quarter)

    assert not list(line.told())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60, 1000))
def test_nobody_can_reckon_a_star_of_any_line_many_times(seed: int) -> None:
    test_nobody_can_reckon_a_star_of_any_line(seed)
