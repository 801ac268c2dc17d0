"""A synthetic exchange package of any size (COMMANDS.md, ``generate_city``)."""

from datetime import date, timedelta
from pathlib import Path

from partners.errors import CaseloadError
from reporting.synthetic.chapters import CHAPTERS
from reporting.synthetic.city import City, months_later
from reporting.synthetic.dice import Dice
from reporting.synthetic.margins import load_margins
from reporting.synthetic.writing import Calendar, PackageWriter


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
        first, last = first_day(until, quarters), until
    with PackageWriter(path) as out:
        city = City(
            margins=margins, out=out, calendar=Calendar(first, last), clients=clients, is_current=until is not None
        )
        for chapter in CHAPTERS:
            city.random = Dice(f"{pack} {seed} {chapter.__name__}")
            chapter(city)
    return out.counts


def first_day(until: date, quarters: int) -> date:
    """Return the first day of so many quarters, the last of them that of a day."""
    return months_later(until.replace(month=(until.month - 1) // 3 * 3 + 1, day=1), -3 * (quarters - 1))
