import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from caseload.validators import as_email, as_lsoa, as_nino, as_phone, as_postcode, check_age

MAY_14 = dt.date(2007, 5, 14)


@pytest.mark.parametrize(
    ("read", "typed", "kept"),
    [
        (as_nino, "qq 12 34 56 c", "QQ123456C"),
        (as_nino, "", ""),
        (as_postcode, "le53gh", "LE5 3GH"),
        (as_postcode, " SW1A  1AA ", "SW1A 1AA"),
        (as_postcode, "M1 1AE", "M1 1AE"),
        (as_lsoa, "e01013664", "E01013664"),
        (as_phone, "+44 (0)116 496-0000", "+44 (0)116 496-0000"),
        (as_email, " sam@example.org ", "sam@example.org"),
    ],
)
def test_what_is_acceptable_is_kept_in_one_form(read: Callable[[str], str], typed: str, kept: str) -> None:
    assert read(typed) == kept


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (as_nino, "BG123456A"),
        (as_nino, "AB123456E"),
        (as_nino, "AB12345A"),
        (as_nino, "DA123456A"),
        (as_nino, "AB\u0661\u0662\u0663\u0664\u0665\u0666A"),
        (as_postcode, "LE5"),
        (as_postcode, "LE5 3GHX"),
        (as_lsoa, "E02000001"),
        (as_phone, "call me"),
        (as_email, "sam@example"),
        (as_email, "a@b@c.org"),
    ],
)
def test_what_is_not_acceptable_says_what_to_do(read: Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(typed)

    assert refusal.value.messages[0].startswith("Enter ")


@pytest.mark.parametrize(
    ("born", "fits"),
    [("1993-05-14", True), ("1993-05-15", False), ("1907-05-14", True), ("1906-05-14", False)],
    ids=["14", "13", "100", "101"],
)
def test_an_age_is_from_14_to_100(born: str, fits: bool) -> None:
    day = dt.date.fromisoformat(born)
    if fits:
        assert check_age(day, on=MAY_14) == day
    else:
        with pytest.raises(ValidationError):
            check_age(day, on=MAY_14)
