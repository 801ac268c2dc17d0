"""A synthetic exchange package of any size (COMMANDS.md, ``generate_city``)."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from partners.errors import CaseloadError
from reporting.synthetic.city import City, add_centres, add_money, add_partners, add_registers
from reporting.synthetic.employers import add_employers
from reporting.synthetic.margins import load_margins
from reporting.synthetic.people import add_people
from reporting.synthetic.writing import Calendar, PackageWriter

STEPS: tuple[Callable[[City], None], ...] = (
    add_partners,
    add_centres,
    add_money,
    add_employers,
    add_registers,
    add_people,
)


def generate_city(
    path: Path, *, pack: str, clients: int, quarters: int, seed: int, until: date | None = None
) -> dict[str, int]:
    """Write a package of invented people and return its rows by table.

    It lives through so many quarters from the programme's start or, with ``until``, through that day's quarter and
    those before it. What follows from the same arguments is the same to the byte.
    """
    if clients < 1 or quarters < 1:
        raise CaseloadError("Ask for at least one client and one quarter.")
    margins = load_margins(pack)
    if until is None:
        first = margins.programme_start.replace(day=1)
        last = months_later(first, 3 * quarters) - timedelta(days=1)
    else:
        this_quarter = until.replace(month=(until.month - 1) // 3 * 3 + 1, day=1)
        first, last = months_later(this_quarter, -3 * (quarters - 1)), until
    random = Random(f"{pack} {seed}")  # noqa: S311  the same draws every time are the point
    with PackageWriter(path) as out:
        city = City(margins=margins, out=out, calendar=Calendar(first, last), random=random, clients=clients)
        for step in STEPS:
            step(city)
    return out.counts


def months_later(day: date, months: int) -> date:
    """Return the first of the month so many months after that of a day."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
