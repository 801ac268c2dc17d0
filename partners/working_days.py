"""Working days: Monday to Friday without the bank holidays of the nation a partnership lies in.

Bank holidays are those of the Banking and Financial Dealings Act 1971 and of royal proclamations, substitute days
included, as the library ``holidays`` keeps them. Every span that is told in working days is counted here.
"""

from datetime import date, timedelta
from functools import cache

from holidays import country_holidays

from partners.enums import Nation

_SUBDIVISIONS = {Nation.ENGLAND: "ENG", Nation.WALES: "WLS", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}
SATURDAY = 5


def is_working_day(day: date, *, nation: str) -> bool:
    return day.weekday() < SATURDAY and day not in bank_holidays(nation, day.year)


def after_working_days(start: date, days: int, *, nation: str) -> date:
    """Return the last of so many working days after a day; the day itself is not counted, whatever day it is."""
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day, nation=nation)
    return day


@cache
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv=_SUBDIVISIONS[Nation(nation)], years=year))
