"""The Today page's parts: each app gives its counts and lists; this app shows them without knowing whose they are.

A part is a function of the person and the day; it returns None when it has nothing for this person. It is asked only
if the person's role has the capability. Parts must be cheap: one query each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from partners.models import StaffMember
from partners.permissions import Capability, may


@dataclass(frozen=True)
class Count:
    """A number that opens its list: ``Count(3, "referrals to answer", url, tone="bad", note="2 by noon")``."""

    number: int
    text: str
    url: str
    tone: str = "quiet"
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One thing to do; a done one is struck out and stays until tomorrow.

    ``person`` is whom it names, as kind and key: ``("caseload.client", client.pk)``. Showing them is a look.
    """

    title: str
    url: str
    detail: str = ""
    due: str = ""
    is_done: bool = False
    person: tuple[str, int] | None = None


@dataclass(frozen=True)
class Group:
    """Rows with one reason: overdue, due today, coming."""

    title: str
    rows: Sequence[Row]
    tone: str = "quiet"


@dataclass(frozen=True)
class TodayList:
    title: str
    groups: Sequence[Group] = field(default_factory=list)
    more_url: str = ""
    more_text: str = ""
    empty: str = "Nothing waits here."

    @property
    def has_rows(self) -> bool:
        return any(group.rows for group in self.groups)

    @property
    def people(self) -> list[tuple[str, int]]:
        return [row.person for group in self.groups for row in group.rows if row.person]


Counter = Callable[[StaffMember, date], Count | None]
Lister = Callable[[StaffMember, date], TodayList | None]
Counts = Callable[[StaffMember, date], Sequence[tuple[int, Count]]]
Part = TypeVar("Part", Counter, Lister)
_counts: list[tuple[int, Capability | None, Counter]] = []
_lists: list[tuple[int, Capability | None, Lister]] = []
_sets: list[Counts] = []


def today_count(*, order: int, capability: Capability | None = None) -> Callable[[Counter], Counter]:
    """Put a count on the Today page of everybody whose role has the capability."""

    def keep(part: Counter) -> Counter:
        _counts.append((order, capability, part))
        return part

    return keep


def today_list(*, order: int, capability: Capability | None = None) -> Callable[[Lister], Lister]:
    """Put a list on the Today page of everybody whose role has the capability."""

    def keep(part: Lister) -> Lister:
        _lists.append((order, capability, part))
        return part

    return keep


def today_counts(part: Counts) -> Counts:
    """Put several counts on the page, each with its place; the part itself says for whom."""
    _sets.append(part)
    return part


def counts_for(staff: StaffMember, *, today: date) -> list[Count]:
    placed = [(order, part(staff, today)) for order, part in _open_to(staff, _counts)]
    placed += [each for part in _sets for each in part(staff, today)]
    return [count for _, count in sorted(placed, key=lambda each: each[0]) if count is not None]


def lists_for(staff: StaffMember, *, today: date) -> list[TodayList]:
    return [found for _, part in _open_to(staff, _lists) if (found := part(staff, today)) is not None]


def _open_to(staff: StaffMember, parts: list[tuple[int, Capability | None, Part]]) -> list[tuple[int, Part]]:
    ordered = sorted(parts, key=lambda part: part[0])
    return [(order, part) for order, capability, part in ordered if capability is None or may(staff, capability)]
