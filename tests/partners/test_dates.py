"""Dates as people type them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.platform.dates import Lean, UnclearDate, parse_date

MONDAY = date(2007, 7, 9)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3/7/07", date(2007, 7, 3)),
        ("3 jul", date(2007, 7, 3)),
        ("3 Jul 2007", date(2007, 7, 3)),
        ("3rd July 2007", date(2007, 7, 3)),
        ("2007-07-03", date(2007, 7, 3)),
        ("today", MONDAY),
        ("Yesterday", date(2007, 7, 8)),
        ("tue", date(2007, 7, 3)),
        ("12 dec", date(2006, 12, 12)),
        ("3 jul \u201907", date(2007, 7, 3)),
        ("29 feb", date(2004, 2, 29)),
    ],
)
def test_a_typed_date_is_understood(typed: str, meant: date) -> None:
    assert parse_date(typed, today=MONDAY) == meant


@pytest.mark.parametrize(("typed", "meant"), [("3 jul", date(2008, 7, 3)), ("tue", date(2007, 7, 10))])
def test_a_date_to_come_leans_forward(typed: str, meant: date) -> None:
    assert parse_date(typed, today=MONDAY, lean=Lean.FUTURE) == meant


@pytest.mark.parametrize("lean", [Lean.PAST, Lean.FUTURE])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10/7/07", date(2007, 7, 10)),
        ("1/1/08", date(2008, 1, 1)),
        ("5 dec 07", date(2007, 12, 5)),
        ("5/6/67", date(2067, 6, 5)),
    ],
)
def test_a_short_year_is_one_of_this_century_whichever_way_a_date_leans(typed: str, meant: date, lean: Lean) -> None:
    assert parse_date(typed, today=MONDAY, lean=lean) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5/6/67", date(1967, 6, 5)),
        ("10/7/07", date(1907, 7, 10)),
        ("9/7/07", MONDAY),
        ("29 feb 80", date(1980, 2, 29)),
        ("3/2/1979", date(1979, 2, 3)),
    ],
)
def test_only_a_birth_falls_back_a_century(typed: str, meant: date) -> None:
    assert parse_date(typed, today=MONDAY, lean=Lean.BIRTH) == meant


@pytest.mark.parametrize("typed", ["1870", "3 jul", "tuesday", "yesterday", "today", "79"])
def test_a_birth_needs_its_year(typed: str) -> None:
    with pytest.raises(UnclearDate, match="with day, month and year"):
        parse_date(typed, today=MONDAY, lean=Lean.BIRTH)


@pytest.mark.parametrize(
    ("typed", "lean", "said"),
    [
        ("1/1/1870", Lean.BIRTH, "not before 1890: check the year 1870"),
        ("30/12/1899", Lean.PAST, "not before 1920: check the year 1899"),
        ("0001-01-01", Lean.PAST, "not before 1920: check the year 0001"),
        ("31/12/9999", Lean.FUTURE, "not after 2200: check the year 9999"),
    ],
)
def test_a_year_that_cannot_be_is_named(typed: str, lean: Lean, said: str) -> None:
    with pytest.raises(UnclearDate, match=said):
        parse_date(typed, today=MONDAY, lean=lean)


@given(day=st.dates(date(2000, 1, 1), date(2090, 12, 31)), today=st.dates(date(2007, 1, 1), date(2089, 1, 1)))
def test_a_date_with_a_short_year_is_never_moved_by_a_century(day: date, today: date) -> None:
    for lean in (Lean.PAST, Lean.FUTURE):
        assert parse_date(f"{day:%d/%m/%y}", today=today, lean=lean) == day


@given(typed=st.text(max_size=80), today=st.dates(date(2007, 1, 1), date(2089, 1, 1)), lean=st.sampled_from(Lean))
def test_whatever_is_typed_is_a_day_or_refused(typed: str, today: date, lean: Lean) -> None:
    with suppress(UnclearDate):
        assert isinstance(parse_date(typed, today=today, lean=lean), date)


@pytest.mark.parametrize(
    "typed",
    [
        "31 june",
        "soon",
        "3 jux 2007",
        "3 junk 07",
        "2 marched",
        "3/13/07",
        "3/7/20077",
        "\u0663/7/2007",
        "\u00b2/7/07",
        "3 jul" + " x" * 60,
    ],
)
def test_an_unclear_date_is_refused(typed: str) -> None:
    with pytest.raises(UnclearDate):
        parse_date(typed, today=MONDAY)
