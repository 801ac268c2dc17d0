"""The state of a city while its package is written: what one chapter makes and another needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from reporting.synthetic.margins import Area, Choice, Margins, Partner, areas_of, postcodes_of, reached_areas
from reporting.synthetic.writing import Calendar, PackageWriter


@dataclass(slots=True)
class Opening:
    """A vacancy: from when until when, through which guarantee, and how many of its posts nobody has yet."""

    id: str
    first: int
    last: int | None
    guarantee: str
    posts: int


@dataclass(slots=True)
class Employer:
    """What the stories of people need to know of an employer. A guarantee is (id, first day, last day or none)."""

    id: str
    sector: str
    is_agency: bool
    guarantees: list[tuple[str, int, int | None]] = field(default_factory=list)
    vacancies: list[Opening] = field(default_factory=list)


@dataclass
class Paid:
    """A contract that a funder is asked to pay for: by what it earns, at a price for each, or else by what it spends.

    ``left`` is what of its value no claim has asked for yet, in pence, ``cap`` how many job starts are left; ``earned``
    are (day proven, item, record, client, pence).
    """

    contract: str
    stream: str
    prices: dict[str, int]
    left: int
    cap: int = 0
    earned: list[tuple[int, str, str, str, int]] = field(default_factory=list)


@dataclass
class City:
    """Everything kept here is far smaller than the city's clients.

    ``is_current``: its last day is today. Such a city is a programme at work: its plan's dates lie around the day, and
    its clients come mostly from the plan's target areas. Another lives through the plan's own years, among claimants
    as they were published.
    """

    margins: Margins
    out: PackageWriter
    calendar: Calendar
    clients: int
    is_current: bool
    random: Random = field(default_factory=Random)
    advisers: dict[str, list[str]] = field(default_factory=dict)
    leaver: str = ""
    left_behind: int = 0
    account_managers: list[str] = field(default_factory=list)
    centres: list[tuple[str, str, int]] = field(default_factory=list)
    contracts: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    # Pounds contracted out of a stream in a year.
    contracted: dict[tuple[str, str], int] = field(default_factory=dict)
    paid: dict[str, Paid] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    employers: list[Employer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first, self.last = self.calendar.first, self.calendar.last
        # A day as text, also one to come; none is empty.
        self.planned: Callable[[int | None], str] = self.calendar.__getitem__
        self.areas: Choice[Area] = reached_areas(self.margins) if self.is_current else self.margins.areas
        self.owners: Choice[Partner] = Choice((partner, partner.share) for partner in self.margins.partners)

    def happened(self, day: int | None) -> str:
        """The day as text; a day the city has not reached yet is unknown."""
        return self.calendar[day] if day is not None and day <= self.last else ""

    def some_day(self) -> int:
        return self.random.randint(self.first, self.last)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def contract_on(self, partner_id: str, day: int) -> tuple[str, int, int] | None:
        running = [one for one in self.contracts.get(partner_id, []) if one[1] <= day <= one[2]]
        return self.random.choice(running) if running else None

    @property
    def employer_count(self) -> int:
        """One for forty clients in a city; a small place has more of them for each."""
        return max(30, min(150, self.clients // 10), self.clients // 40)

    def some_postcode(self) -> str:
        return self.random.choice(postcodes_of(self.random.choice(areas_of(self.margins))))


def quarters(city: City) -> Iterator[tuple[int, int]]:
    """Yield the first and last day of each quarter the city lives through, the last one as far as it got."""
    day = date.fromordinal(city.first)
    while day.toordinal() <= city.last:
        after = date(day.year + (day.month >= 10), (day.month + 2) % 12 + 1, 1)
        yield day.toordinal(), min(after.toordinal() - 1, city.last)
        day = after


def financial_years(city: City) -> Iterator[tuple[str, int, int]]:
    """Yield each financial year as its name, first and last day."""
    start = date.fromordinal(city.first)
    year = start.year - (start.month < 4)
    while date(year, 4, 1).toordinal() <= city.last:
        label = f"{year}-{(year + 1) % 100:02}"
        yield label, date(year, 4, 1).toordinal(), date(year + 1, 3, 31).toordinal()
        year += 1


def months(first: int, last: int) -> Iterator[int]:
    day = date.fromordinal(first).replace(day=1)
    while day.toordinal() <= last:
        yield day.toordinal()
        day = months_later(day, 1)


def months_later(day: date, months: int) -> date:
    """Return the first of the month so many months after that of a day."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
