"""Dates as people type them: ``3/7/07``, ``3 jul``, ``yesterday`` (style of the pages: "a patient colleague")."""

import re
from datetime import date, timedelta
from enum import Enum

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}
EARLIEST, LATEST = date(1890, 1, 1), date(2200, 12, 31)

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_NUMBERS = re.compile(r"(?P<d>\d{1,2})[/. -](?P<m>\d{1,2})(?:[/. -](?P<y>\d{4}|\d{2}))?")
_NAMED = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -]?(?P<m>[a-z]{3,9})\.?,?(?:[ -]?(?P<y>\d{4}|'?\d{2}))?")


class Lean(Enum):
    """Which way a date without a year, or a day of the week, leans."""

    PAST = "past"
    FUTURE = "future"


class UnclearDate(ValueError):
    def __init__(self, message: str = "Enter a date, such as 3 Jul 2007, 3/7/07 or today.") -> None:
        self.message = message
        super().__init__(message)


def parse_date(text: str, *, today: date, lean: Lean = Lean.PAST) -> date:
    """Read a date, day before month; raise :class:`UnclearDate` with a sentence for people."""
    typed = " ".join(text.lower().replace(",", " ").split())
    if typed in WORDS:
        return today + timedelta(days=WORDS[typed])
    if re.fullmatch(r"[a-z]{3,9}", typed) and typed[:3] in WEEKDAYS and _is_weekday(typed):
        return _weekday(WEEKDAYS.index(typed[:3]), today, lean)
    for pattern in (_ISO, _NUMBERS, _NAMED):
        if found := pattern.fullmatch(typed):
            return _from_parts(found, today, lean)
    raise UnclearDate


def _is_weekday(typed: str) -> bool:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return any(name.startswith(typed) for name in names)


def _weekday(wanted: int, today: date, lean: Lean) -> date:
    if lean is Lean.FUTURE:
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=(today.weekday() - wanted) % 7)


def _from_parts(found: "re.Match[str]", today: date, lean: Lean) -> date:
    day, month, year = int(found["d"]), _month(found["m"]), found["y"]
    if year is None:
        return _nearest(day, month, today, lean)
    number = int(year.lstrip("'"))
    if len(year.lstrip("'")) == 4:
        return _made(day, month, number)
    guess = _made(day, month, 2000 + number)
    horizon = today if lean is Lean.PAST else today + timedelta(days=365 * 20)
    return guess if guess <= horizon else _made(day, month, 1900 + number)


def _nearest(day: int, month: int, today: date, lean: Lean) -> date:
    """The last such day up to today, or the next one from today; 29 February finds its leap year."""
    step = -1 if lean is Lean.PAST else 1
    for year in range(today.year, today.year + 9 * step, step):
        try:
            guess = date(year, month, day)
        except ValueError:
            continue
        if (guess <= today) if lean is Lean.PAST else (guess >= today):
            return guess
    raise UnclearDate("This day is not in the calendar. Enter a date, such as 3 Jul 2007.")


def _month(typed: str) -> int:
    if typed.isdecimal():
        return int(typed)
    if typed[:3] not in MONTHS:
        raise UnclearDate("Enter the month as a number or a name, such as 3 Jul 2007.")
    return MONTHS.index(typed[:3]) + 1


def _made(day: int, month: int, year: int) -> date:
    try:
        made = date(year, month, day)
    except ValueError:
        raise UnclearDate("This day is not in the calendar. Enter a date, such as 3 Jul 2007.") from None
    if not EARLIEST <= made <= LATEST:
        raise UnclearDate("Check the year: enter it with four digits, such as 2007.")
    return made


def short_date(value: date) -> str:
    """``3 Jul 2007``, for tables."""
    return f"{value.day} {value:%b} {value.year}"


def long_date(value: date) -> str:
    """``3 July 2007``, for text."""
    return f"{value.day} {value:%B} {value.year}"
