"""Working days: Monday to Friday, without the bank holidays of the partnership's nation."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.enums import Nation
from partners.working_days import after_working_days, is_working_day

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
NATIONS = st.sampled_from(Nation.values)


@pytest.mark.parametrize(
    ("made_on", "days", "nation", "last_day"),
    [
        # Christmas, the substitute for Boxing Day and New Year's Day.
        ("2026-12-18", 10, "england", "2027-01-06"),
        ("2026-12-24", 10, "england", "2027-01-12"),
        # Good Friday and Easter Monday.
        ("2027-03-22", 10, "england", "2027-04-07"),
        ("2026-12-18", 10, "wales", "2027-01-06"),
        # 2 January falls on a Saturday: its substitute is Monday, 4 January.
        ("2026-12-18", 10, "scotland", "2027-01-07"),
        # Easter Monday is a working day in Scotland.
        ("2027-03-22", 10, "scotland", "2027-04-06"),
        # St Patrick's Day and the twelfth of July.
        ("2026-03-16", 1, "northern_ireland", "2026-03-18"),
        ("2026-07-10", 1, "northern_ireland", "2026-07-14"),
        # The state funeral of Queen Elizabeth II.
        ("2022-09-16", 1, "england", "2022-09-20"),
        ("2007-05-14", 10, "england", "2007-05-29"),
        ("2007-06-04", 10, "england", "2007-06-18"),
        # From a weekend the first day counted is the Monday.
        ("2007-06-09", 1, "england", "2007-06-11"),
        ("2007-06-10", 10, "england", "2007-06-22"),
        ("2007-06-08", 0, "england", "2007-06-08"),
    ],
)
def test_bank_holidays_are_no_working_days(made_on: str, days: int, nation: str, last_day: str) -> None:
    assert after_working_days(date.fromisoformat(made_on), days, nation=nation) == date.fromisoformat(last_day)


@given(start=DAYS, days=st.integers(1, 60), nation=NATIONS)
def test_exactly_so_many_working_days_lie_between(start: date, days: int, nation: str) -> None:
    last = after_working_days(start, days, nation=nation)

    between = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    assert is_working_day(last, nation=nation)
    assert sum(is_working_day(day, nation=nation) for day in between) == days


@given(start=DAYS, days=st.integers(0, 30), more=st.integers(0, 30), nation=NATIONS)
def test_days_add_up(start: date, days: int, more: int, nation: str) -> None:
    halfway = after_working_days(start, days, nation=nation)

    assert after_working_days(halfway, more, nation=nation) == after_working_days(start, days + more, nation=nation)
