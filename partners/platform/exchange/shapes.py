"""Shapes of values that the contract names (exchange/README.md, "Refused" and "Taken with a warning")."""

import re

from partners.platform.exchange.columns import Shape
from partners.platform.forms.validators import EMAIL as EMAIL_ADDRESS

_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
_QUARTER = re.compile(r"([0-9]{4}-[0-9]{2})-Q[1-4]", re.ASCII)
_LSOA = re.compile(r"E01[0-9]{6}", re.ASCII)
_POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}", re.ASCII)


def is_financial_year(value: str) -> bool:
    match = _YEAR.fullmatch(value)
    return bool(match) and (int(match[1]) + 1) % 100 == int(match[2])  # type: ignore[index]


def is_period(value: str) -> bool:
    match = _QUARTER.fullmatch(value)
    return is_financial_year(match[1] if match else value)


def is_postcode(value: str) -> bool:
    return bool(_POSTCODE.fullmatch(re.sub(r"\s", "", value).upper()))


LSOA_REASON = "An LSOA code is E01 and six digits, like E01013664."
FINANCIAL_YEAR = Shape(is_financial_year, "A financial year is written like 2007-08.")
PERIOD = Shape(is_period, "A period is a financial year like 2007-08 or a quarter like 2007-08-Q1.")
LSOA = Shape(lambda value: bool(_LSOA.fullmatch(value)), LSOA_REASON)
FIRST_OF_MONTH = Shape(lambda value: value.endswith("-01"), "A month is named by its first day, like 2007-04-01.")
POSTCODE = Shape(is_postcode, "This is not a full UK postcode.", only_warns=True)
EMAIL = Shape(
    lambda value: len(value) <= 254 and bool(EMAIL_ADDRESS.fullmatch(value)),
    "This is not a plain e-mail address.",
    only_warns=True,
)
