"""What is acceptable in a value, for form, API and import alike (an import only warns; exchange README, "Taken").

Each ``as_…`` returns the value as it is kept, or raises :class:`django.core.exceptions.ValidationError` with a sentence
for people. An empty value is empty, not wrong.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError

from partners.platform.forms.validators import EMAIL
from partners.platform.forms.validators import as_postcode as as_postcode  # noqa: PLC0414  one reader for all apps

# HM Revenue & Customs: prefixes never issued, letters never used, suffix A to D (STACK.md section 7). QQ stands for
# "example" in government guidance and in the API's own description, TN with a birth date and F or M is a temporary
# number: both are taken, and prove nothing (caseload.evidence).
NINO = re.compile(
    r"(?:QQ|(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])[0-9]{6}[A-D]|TN[0-9]{6}[A-Z]?", re.ASCII
)
LSOA = re.compile(r"E01[0-9]{6}", re.ASCII)
PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
YOUNGEST, OLDEST = 14, 100


def as_nino(text: str) -> str:
    nino = re.sub(r"[\s-]", "", text).upper()
    if nino and not NINO.fullmatch(nino):
        raise ValidationError(
            "Enter a National Insurance number of 2 letters, 6 numbers and A, B, C or D, like QQ 12 34 56 C.",
            code="nino",
        )
    return nino


def as_lsoa(text: str) -> str:
    code = text.strip().upper()
    if code and not LSOA.fullmatch(code):
        raise ValidationError("Enter an LSOA code of E01 and six digits, like E01013664.", code="lsoa")
    return code


def as_phone(text: str) -> str:
    """Keep a phone number as it was typed, when its digits can be one."""
    phone = " ".join(text.split())
    if phone and not PHONE.fullmatch(re.sub(r"[\s().-]", "", phone)):
        raise ValidationError("Enter a phone number, like 0116 496 0000 or +44 116 496 0000.", code="phone")
    return phone


def as_email(text: str) -> str:
    email = text.strip()
    if email and (len(email) > 254 or not EMAIL.fullmatch(email)):
        raise ValidationError("Enter an e-mail address in the correct format, like name@example.org.", code="email")
    return email


def check_past(day: date, *, today: date) -> date:
    if day > today:
        raise ValidationError("Enter today or a day in the past.", code="future")
    return day


def check_age(born: date, *, on: date) -> date:
    """Refuse a birth date that makes the person younger than 14 or older than 100 on a day.

    The programme supports people of working age; work with those who may become NEET begins at 14.
    """
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not YOUNGEST <= age <= OLDEST:
        raise ValidationError(
            f"Enter a date of birth that makes the person between {YOUNGEST} and {OLDEST} years old.", code="age"
        )
    return born
