"""The lowest minimum wage that anybody could lawfully be paid, in pounds an hour, by the day it began.

The rate for apprentices, before October 2010 that for people under 18 (National Minimum Wage Regulations; rates as
published on gov.uk, "National Minimum Wage and National Living Wage rates").
"""

from bisect import bisect_right
from datetime import date
from decimal import Decimal

_RATES = (
    (date(2004, 10, 1), "3.00"),
    (date(2006, 10, 1), "3.30"),
    (date(2007, 10, 1), "3.40"),
    (date(2008, 10, 1), "3.53"),
    (date(2009, 10, 1), "3.57"),
    (date(2010, 10, 1), "2.50"),
    (date(2011, 10, 1), "2.60"),
    (date(2012, 10, 1), "2.65"),
    (date(2013, 10, 1), "2.68"),
    (date(2014, 10, 1), "2.73"),
    (date(2015, 10, 1), "3.30"),
    (date(2016, 10, 1), "3.40"),
    (date(2017, 4, 1), "3.50"),
    (date(2018, 4, 1), "3.70"),
    (date(2019, 4, 1), "3.90"),
    (date(2020, 4, 1), "4.15"),
    (date(2021, 4, 1), "4.30"),
    (date(2022, 4, 1), "4.81"),
    (date(2023, 4, 1), "5.28"),
    (date(2024, 4, 1), "6.40"),
    (date(2025, 4, 1), "7.55"),
    (date(2026, 4, 1), "8.00"),
)


def lowest_wage(day: date) -> Decimal:
    """Return the lowest rate of a day in pounds an hour; before the first of them, nothing."""
    place = bisect_right([since for since, _ in _RATES], day)
    return Decimal(_RATES[place - 1][1]) if place else Decimal(0)
