"""Dates as people type them."""

from datetime import date

import pytest

from partners.dates import Lean, UnclearDate, parse_date

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
        ("5/6/67", date(1967, 6, 5)),
        ("29 feb", date(2004, 2, 29)),
    ],
)
def test_a_typed_date_is_understood(typed: str, meant: date) -> None:
    assert parse_date(typed, today=MONDAY) == meant


@pytest.mark.parametrize(("typed", "meant"), [("3 jul", date(2008, 7, 3)), ("tue", date(2007, 7, 10))])
def test_a_date_to_come_leans_forward(typed: str, meant: date) -> None:
    assert parse_date(typed, today=MONDAY, lean=Lean.FUTURE) == meant


@pytest.mark.parametrize("typed", ["31 june", "soon", "3 jux 2007", "3/13/07", "3/7/20077", "1/1/0001"])
def test_an_unclear_date_is_refused(typed: str) -> None:
    with pytest.raises(UnclearDate):
        parse_date(typed, today=MONDAY)
