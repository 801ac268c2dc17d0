"""Which counts a reader who may not open the people reads as a star (contract KPIS.md, "Small numbers").

**What is known to somebody who reads everything that was ever shown.** A line's count of a member is a function of
time; a cell is its rise between two days, the window's first and its last. Cells that are shown join their two days:
whoever knows the rise from April to June and from April to September knows that from July to September. Members add up
to their total, and some lines to another line. (People who come back make a real count smaller than the sum; somebody
who guesses that nobody did, or that nothing changed between two builds, must not be right by it. So both are taken as
known.)

**What is promised.** For every star there is another world with the same shown cells, in which everything adds up as
it does, no count falls below what it may be, and the star stands for another number. So nobody can tell which of the
worlds is the true one.

**How such a world is found.** Choose days ``T`` (the quarter's last day among them, the first day of the starred window
not) and a few counts, each with a sign, so that every sum stays a sum; one more (or less) is counted of each of them on
the days of ``T``. No shown cell of theirs may cross the edge of ``T``. Where every choice crosses shown cells, those of
the choice with the smallest sum are starred as well: the next smallest, the total included. More stars never spoil a
world that was found, so one pass is enough. A cell is shown anew only where it joins no days of its count that earlier
builds kept apart, and the stars of earlier builds are looked at again, so that they stay what they were.

Noughts are shown always, and taken as known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush
from itertools import chain, combinations

Key = tuple[str, str, str, str]
"""A count: line, measure, dimension, member."""
Cell = tuple[Key, date]
"""A cell of the build in hand: a count, and the first day of the window."""
World = dict[Key, int]

MOST_STEPS = 6000
MOST_STEPS_BACK = 300
MOST_CHOICES = 8


@dataclass(frozen=True)
class PastCell:
    """A cell of earlier builds: its days, the least that stood there, and whether it was ever shown."""

    start: date
    end: date
    least: int
    shown: bool


@dataclass(frozen=True, eq=False)
class Sum:
    """Parts that may add up to a whole. Where they do not, nobody can tell a part by taking the others away."""

    whole: Key
    parts: tuple[Key, ...]


class Joined:
    """Days that shown cells join: whoever reads them knows every rise between two days of one set."""

    def __init__(self, cells: Iterable[PastCell]) -> None:
        self.sets: dict[date, set[date]] = {}
        for cell in cells:
            for day in (cell.start, cell.end):
                self.sets.setdefault(day, {day})
            if cell.shown and self.sets[cell.start] is not self.sets[cell.end]:
                joined = self.sets[cell.start] | self.sets[cell.end]
                for day in joined:
                    self.sets[day] = joined

    def with_day(self, day: date) -> set[date]:
        return self.sets.get(day, {day})

    def name(self, day: date) -> date | None:
        """Return what names the set of a day; none for a day that no cell touched yet."""
        return min(self.sets[day]) if day in self.sets else None


@dataclass(frozen=True)
class Sides:
    """Days on which another world counts one more, and days on which it counts the same."""

    inside: frozenset[date]
    outside: frozenset[date]


@dataclass
class Search:
    """A search for another world in which the cells that begin on the days ``crossing`` change.

    ``turn`` is 1 where the last day is inside, so that a count's cells grow with it, and -1 else.
    """

    sides: Sides
    crossing: frozenset[date]
    turn: int
    heap: list[tuple[int, int, World, frozenset[date]]] = field(default_factory=list)
    pushed: int = 0


@dataclass(frozen=True)
class Found:
    """Another world: what it costs to star, its counts with their signs, its days, and the cells that must be stars."""

    cost: int
    world: World
    days: frozenset[date]
    needed: set[Cell]


@dataclass
class Counts:
    """The counts of people in one build that hang together, by the first day of each window; all end on one day.

    ``within`` are pairs of which the first is never more than the second. ``limit``: counts from 1 to it are small.
    """

    end: date
    values: Mapping[Key, Mapping[date, int]]
    sums: Sequence[Sum] = ()
    within: Sequence[tuple[Key, Key]] = ()
    past: Mapping[Key, Sequence[PastCell]] = field(default_factory=dict)
    limit: int = 4


def stars_of(counts: Counts) -> set[Cell]:
    """Return the cells that are read as a star: the small ones, and those that would tell one."""
    return Suppression(counts).run()


class Suppression:
    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.values = counts.values
        self.end = counts.end
        self.starts = sorted({start for windows in counts.values.values() for start in windows})
        self.joined = {key: Joined(counts.past.get(key, ())) for key in counts.values}
        self.stars: set[Cell] = set()
        self.safe: set[tuple[Key, date, date]] = set()
        self.sums_of: dict[Key, list[Sum]] = defaultdict(list)
        self.within: dict[Key, list[tuple[Key, Key]]] = defaultdict(list)
        self.uneven: dict[Sum, set[date]] = {}
        for each in counts.sums:
            parts = tuple(part for part in each.parts if part in self.values)
            if each.whole in self.values:
                self.add_sum(Sum(each.whole, parts))
        for low, high in counts.within:
            self.within[low].append((low, high))
            self.within[high].append((low, high))

    def add_sum(self, each: Sum) -> None:
        for key in (each.whole, *each.parts):
            self.sums_of[key].append(each)
        self.uneven[each] = {
            start for start in self.starts if self.at(each.whole, start) != sum(self.at(p, start) for p in each.parts)
        }

    def at(self, key: Key, start: date) -> int:
        return self.values[key].get(start, 0)

    def run(self) -> set[Cell]:
        for key, windows in self.values.items():
            self.stars |= {(key, start) for start, value in windows.items() if 0 < value <= self.counts.limit}
            self.stars |= self.kept_apart(key)
        cells = sorted(self.stars, key=lambda cell: (self.at(*cell), cell))
        for key, start in cells:
            if not self.make_safe(key, start, self.end):
                self.stars |= self.everything_about(key)
        # What earlier builds tell already cannot be taken back.
        for key, start, end in [*self.small_differences(), *self.past_stars()]:
            self.make_safe(key, start, end, patience=MOST_STEPS_BACK)
        return self.stars

    def make_safe(self, key: Key, start: date, end: date, patience: int = MOST_STEPS) -> bool:
        """Star what is needed so that a rise between two days may be another number; tell whether that can be."""
        if (key, start, end) in self.safe:
            return True
        found = self.other_world(key, start, end, patience)
        if found is None:
            return False
        self.stars |= found.needed
        self.safe.add((key, start, end))
        # The same world is another one for every rise of its counts across its edge.
        for each in found.world:
            days = [(first, self.end) for first in self.values[each]]
            days += [(cell.start, cell.end) for cell in self.counts.past.get(each, ()) if not cell.shown]
            self.safe |= {(each, *pair) for pair in days if (pair[0] in found.days) != (pair[1] in found.days)}
        return True

    def small_differences(self) -> list[tuple[Key, date, date]]:
        """Return the days between which few were counted, by this build beside itself and beside earlier ones.

        They are the cell of a quarter whose return may not be built yet; once it is, it must not be told already.
        """
        found = set()
        for key, windows in self.values.items():
            for first, whole in windows.items():
                # How much had been counted since the window's first day, by the end and by the other windows' firsts.
                risen = {self.end: whole, **{start: whole - value for start, value in windows.items()}}
                risen |= {
                    cell.end: cell.least
                    for cell in self.counts.past.get(key, ())
                    if cell.start == first and cell.end not in risen
                }
                ours = {self.end, *windows}
                for before, after in combinations(sorted(risen), 2):
                    few = 0 < risen[after] - risen[before] <= self.counts.limit
                    if few and (before in ours or after in ours):
                        found.add((key, before, after))
        return sorted(found)

    def past_stars(self) -> list[tuple[Key, date, date]]:
        """Return the stars of earlier builds, the small ones first: what is shown now joins days anew."""
        past = {
            (cell.least, key, cell.start, cell.end)
            for key in self.values
            for cell in self.counts.past.get(key, ())
            if not cell.shown
        }
        return [(key, start, end) for _, key, start, end in sorted(past)]

    def kept_apart(self, key: Key) -> set[Cell]:
        """Return the cells that would join days of a count which stars of earlier builds keep apart.

        Of the windows that cannot all be shown, those that begin in one set of joined days are: the set with the most.
        """
        if all(cell.shown for cell in self.counts.past.get(key, ())):
            return set()
        joined, windows = self.joined[key], self.values[key]
        known = {start: joined.name(start) for start in windows}
        settled = {known[start] for start, value in windows.items() if not value} | {joined.name(self.end)}
        settled.discard(None)
        large: dict[date, int] = defaultdict(int)
        for start, value in windows.items():
            name = known[start]
            if value > self.counts.limit and name is not None:
                large[name] += value
        if not settled and large:
            settled = {max(large, key=lambda name: (large[name], name))}
        return {
            (key, start)
            for start, value in windows.items()
            if value > self.counts.limit and known[start] is not None and known[start] not in settled
        }

    def everything_about(self, key: Key) -> set[Cell]:
        """Return every cell that hangs together with a count and is not nought: what is left when no world is found."""
        found, waiting = {key}, [key]
        while waiting:
            for each in self.sums_of[waiting.pop()]:
                new = {each.whole, *each.parts} - found
                found |= new
                waiting += new
        return {(each, start) for each in found for start, value in self.values[each].items() if value}

    def other_world(self, key: Key, start: date, end: date, patience: int) -> Found | None:
        """Find the cheapest world in which the rise of a count between two days is another number."""
        best: Found | None = None
        others = [day for day in (*self.starts, self.end) if day not in {start, end}]
        for more in chain.from_iterable(combinations(others, size) for size in range(len(others), -1, -1)):
            sides = Sides(frozenset({end, *more}), frozenset({start, *others}) - frozenset(more))
            found = self.search(key, sides, patience, limit=None if best is None else best.cost)
            if found is not None and (best is None or found.cost < best.cost):
                best = found
            if best is not None and not best.cost:
                break
        return best

    def search(self, key: Key, sides: Sides, patience: int, limit: int | None) -> Found | None:
        """Find the cheapest world in which one more, or one less, is counted on some days, and not on others.

        The cost of a world is the sum of the cells that are to be starred for it.
        """
        crossing = frozenset(start for start in self.starts if (start in sides.inside) != (self.end in sides.inside))
        search = Search(sides, crossing, turn=1 if self.end in sides.inside else -1)
        for sign in (search.turn, -search.turn):
            self.push(search, (0, {}, sides.inside), key, sign)
        for _ in range(patience):
            if not search.heap:
                return None
            cost, _, world, days = heappop(search.heap)
            if limit is not None and cost >= limit:
                return None
            uneven = self.uneven_sum(world, crossing)
            if uneven is None:
                if self.may_be(world, days, search):
                    return Found(cost, world, days, {(each, start) for each in world for start in crossing})
                for each, sign in self.to_keep_within(world, crossing):
                    self.push(search, (cost, world, days), each, sign)
                continue
            first = search.pushed
            for each, sign in self.choices(world, uneven, crossing):
                self.push(search, (cost, world, days), each, sign)
                if search.pushed - first == MOST_CHOICES:
                    break
        return None

    def push(self, search: Search, state: tuple[int, World, frozenset[date]], key: Key, sign: int) -> None:
        """Add one count to a world, unless what is shown of it for good, or its size, forbids that."""
        cost, world, days = state
        more = self.cost(key, sign, search.crossing)
        if more is None:
            return
        grown = self.grown(days, (*world, key))
        if not grown & search.sides.outside:
            search.pushed += 1
            heappush(search.heap, (cost + more, search.pushed, {**world, key: sign}, grown))

    def cost(self, key: Key, sign: int, crossing: frozenset[date]) -> int | None:
        values = [self.at(key, start) for start in crossing]
        if not all(values) or (sign < 0 and values and min(values) < 2):
            return None
        return sum(self.at(key, start) for start in crossing if (key, start) not in self.stars)

    def grown(self, days: frozenset[date], keys: Iterable[Key]) -> frozenset[date]:
        """Return the days with all that shown cells of earlier builds join to them."""
        before: set[date] = set()
        now = set(days)
        listed = list(keys)
        while now != before:
            before = set(now)
            for key in listed:
                for day in before:
                    now |= self.joined[key].with_day(day)
        return frozenset(now)

    def uneven_sum(self, world: World, crossing: frozenset[date]) -> tuple[Sum, int] | None:
        """Return a sum that a world breaks, with what its parts lack; one that does not add up anyway is not broken."""
        for key in world:
            for each in self.sums_of[key]:
                lack = world.get(each.whole, 0) - sum(world.get(part, 0) for part in each.parts)
                if lack and not crossing <= self.uneven[each]:
                    return each, lack
        return None

    def choices(self, world: World, uneven: tuple[Sum, int], crossing: frozenset[date]) -> Iterator[tuple[Key, int]]:
        """Yield the counts that would mend a sum, the cheapest first."""
        each, lack = uneven
        sign = 1 if lack > 0 else -1
        costly: list[tuple[int, Key, int]] = []
        for key, its_sign in [(each.whole, -sign), *((part, sign) for part in each.parts)]:
            cost = None if key in world else self.cost(key, its_sign, crossing)
            if cost:
                costly.append((cost, key, its_sign))
            elif cost is not None:
                yield key, its_sign
        for _, key, its_sign in sorted(costly):
            yield key, its_sign

    def to_keep_within(self, world: World, crossing: frozenset[date]) -> list[tuple[Key, int]]:
        """Return the count that has to change too, so that nothing is more than what it is part of."""
        for key in world:
            for low, high in self.pairs_of(key):
                if not self.fits((low, high), world, crossing):
                    missing = [(high, 1)] if low in world and high not in world else [(low, -1)]
                    return [(each, sign) for each, sign in missing if each not in world]
        return []

    def may_be(self, world: World, days: frozenset[date], search: Search) -> bool:
        """Tell whether a world could be: no star of it below 1, nothing more than what it is part of.

        The signs of a world are those of the cells in hand; on the days themselves they are turned where those end
        outside.
        """
        return all(
            self.windows_fit(key, sign, search.crossing) and self.past_fits(key, sign * search.turn, days)
            for key, sign in world.items()
        ) and all(self.fits(pair, world, search.crossing) for key in world for pair in self.pairs_of(key))

    def windows_fit(self, key: Key, sign: int, crossing: frozenset[date]) -> bool:
        windows = sorted(self.values[key].items())
        return all(
            later + sign * (after in crossing) <= earlier + sign * (before in crossing)
            for (before, earlier), (after, later) in combinations(windows, 2)
            if later <= earlier
        )

    def past_fits(self, key: Key, sign: int, days: frozenset[date]) -> bool:
        """Tell whether earlier builds could have stood beside this world: stars at least 1, no window over a longer."""
        past = sorted(self.counts.past.get(key, ()), key=lambda cell: cell.start)
        then = [cell.least + sign * ((cell.end in days) - (cell.start in days)) for cell in past]
        if any(not cell.shown and count < 1 for cell, count in zip(past, then, strict=True)):
            return False
        return all(
            later_then <= earlier_then
            for (earlier, earlier_then), (later, later_then) in combinations(zip(past, then, strict=True), 2)
            if earlier.end == later.end and later.least <= earlier.least
        )

    def pairs_of(self, key: Key) -> Iterator[tuple[Key, Key]]:
        yield from self.within[key]
        for each in self.sums_of[key]:
            if each.whole == key:
                yield from ((part, key) for part in each.parts)
            else:
                yield key, each.whole

    def fits(self, pair: tuple[Key, Key], world: World, crossing: frozenset[date]) -> bool:
        low, high = pair
        if low not in self.values or high not in self.values:
            return True
        return all(
            self.at(low, start) + world.get(low, 0) <= self.at(high, start) + world.get(high, 0)
            for start in crossing
            if self.at(low, start) <= self.at(high, start)
        )
