"""Dates as people type them: ``3/7/07``, ``3 jul``, ``yesterday`` (style of the pages: "a patient colleague").

A year of two digits is one of this century, whichever way a date leans: what was typed ahead of its day is refused as
a day to come, never stored a hundred years back. Only a birth lies in the century before, when this one has it to come.
"""

import re
from datetime import date, timedelta
from enum import Enum

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = tuple(name[:3] for name in MONTH_NAMES)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}
# Nobody alive was born before; nobody plans beyond. What lies outside is a slip, or a way to write "not known".
EARLIEST, EARLIEST_BIRTH, LATEST = date(1920, 1, 1), date(1890, 1, 1), date(2200, 12, 31)
CENTURY = 2000
LONGEST = 60  # letters; no date takes more
NEEDS_YEAR = "Enter a date with day, month and year, such as 3 Feb 1979 or 3/2/79."

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_NUMBERS = re.compile(r"(?P<d>\d{1,2})[/. -](?P<m>\d{1,2})(?:[/. -](?P<y>\d{4}|\d{2}))?")
_NAMED = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -]?(?P<m>[a-z]{3,9})\.?,?(?:[ -]?(?P<y>\d{4}|'?\d{2}))?")


class Lean(Enum):
    """Which way a date without a year, or a day of the week, leans. A birth leans nowhere: its year is asked for."""

    PAST = "past"
    FUTURE = "future"
    BIRTH = "birth"


class UnclearDate(ValueError):
    def __init__(self, message: str = "Enter a date, such as 3 Jul 2007, 3/7/07 or today.") -> None:
        self.message = message
        super().__init__(message)


def parse_date(text: str, *, today: date, lean: Lean = Lean.PAST) -> date:
    """Read a date, day before month; raise :class:`UnclearDate` with a sentence for people."""
    typed = " ".join(text.lower().replace(",", " ").replace("\u2019", "'").split())
    if not typed.isascii() or len(typed) > LONGEST:  # digits of other scripts look like ours and are read otherwise
        raise UnclearDate
    if lean is not Lean.BIRTH and typed in WORDS:
        return today + timedelta(days=WORDS[typed])
    if lean is not Lean.BIRTH and re.fullmatch(r"[a-z]{3,9}", typed) and typed[:3] in WEEKDAYS and _is_weekday(typed):
        return _weekday(WEEKDAYS.index(typed[:3]), today, lean)
    for pattern in (_ISO, _NUMBERS, _NAMED):
        if found := pattern.fullmatch(typed):
            return _from_parts(found, today, lean)
    raise UnclearDate(NEEDS_YEAR) if lean is Lean.BIRTH else UnclearDate


def _is_weekday(typed: str) -> bool:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return any(name.startswith(typed) for name in names)


def _weekday(wanted: int, today: date, lean: Lean) -> date:
    if lean is Lean.FUTURE:
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=(today.weekday() - wanted) % 7)


def _from_parts(found: "re.Match[str]", today: date, lean: Lean) -> date:
    day, month, year = int(found["d"]), _month(found["m"]), found["y"]
    if year is None and lean is Lean.BIRTH:
        raise UnclearDate(NEEDS_YEAR)
    if year is None:
        return _nearest(day, month, today, lean)
    number = int(year.lstrip("'"))
    earliest = EARLIEST_BIRTH if lean is Lean.BIRTH else EARLIEST
    if len(year.lstrip("'")) == 4:
        return _made(day, month, number, earliest)
    guess = _made(day, month, CENTURY + number, earliest)
    return _made(day, month, CENTURY - 100 + number, earliest) if lean is Lean.BIRTH and guess > today else guess


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
    for number, name in enumerate(MONTH_NAMES, 1):
        if name.startswith(typed):
            return number
    raise UnclearDate("Enter the month as a number or a name, such as 3 Jul 2007.")


def _made(day: int, month: int, year: int, earliest: date) -> date:
    try:
        made = date(year, month, day)
    except ValueError:
        raise UnclearDate("This day is not in the calendar. Enter a date, such as 3 Jul 2007.") from None
    if made < earliest:
        raise UnclearDate(f"Enter a date, not before {earliest.year}: check the year {year:04}.")
    if made > LATEST:
        raise UnclearDate(f"Enter a date, not after {LATEST.year}: check the year {year:04}.")
    return made


def short_date(value: date) -> str:
    """``3 Jul 2007``, for tables."""
    return f"{value.day} {value:%b} {value.year}"


def long_date(value: date) -> str:
    """``3 July 2007``, for text."""
    return f"{value.day} {value:%B} {value.year}"
