"""How figures and quarters are written (contract KPIS.md, "Words" and "Numbers")."""

from datetime import date
from fractions import Fraction

import pytest

from reporting.counting.numbers import Style, written
from reporting.counting.windows import Quarter


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (None, Style.COUNT, ""),
        (Fraction(0), Style.COUNT, "0"),
        (Fraction(0), Style.MONEY, "0.00"),
        (Fraction(1, 200), Style.MONEY, "0.01"),
        (Fraction(-1, 200), Style.MONEY, "-0.01"),
        (Fraction(-1, 201), Style.MONEY, "0.00"),
        (Fraction(1, 20), Style.PERCENT, "0.1"),
        (Fraction(200, 3), Style.PERCENT, "66.7"),
        (Fraction(45, 2), Style.MEDIAN, "22.5"),
        (Fraction(-1, 3), Style.MEAN, "-0.33"),
        (Fraction("12.500"), Style.AS_GIVEN, "12.5"),
        (Fraction(100), Style.AS_GIVEN, "100"),
        (Fraction("-0.001"), Style.AS_GIVEN, "-0.001"),
    ],
)
def test_a_figure_is_rounded_once_half_away_from_zero(value: Fraction | None, style: Style, text: str) -> None:
    assert written(value, style) == text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2007-08-Q1", date(2007, 4, 1), date(2007, 6, 30)),
        ("2007-08-Q3", date(2007, 10, 1), date(2007, 12, 31)),
        ("2007-08-Q4", date(2008, 1, 1), date(2008, 3, 31)),
        ("1999-00-Q2", date(1999, 7, 1), date(1999, 9, 30)),
    ],
)
def test_a_quarter_has_its_days(text: str, start: date, end: date) -> None:
    quarter = Quarter.parse(text)

    assert (str(quarter), quarter.start, quarter.end) == (text, start, end)
    assert (Quarter.of(start), Quarter.of(end)) == (quarter, quarter)
    assert quarter.after.before == quarter
