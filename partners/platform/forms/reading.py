"""Numbers, ids and e-mail addresses as they come from outside: one reader each, for form, address, header and command.

Each takes any text and returns the value, or None where it is none: never an error, however long or strange the text.
Only digits 0 to 9 make a number: ``²`` is a digit to Python, and 60,000 zeros are too many for it to read.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from uuid import UUID

LARGEST = 2**63 - 1  # a bigint
_WHOLE = re.compile(r"[0-9]{1,19}")
_DECIMAL = re.compile(
    r"(?P<sign>[-+\u2212]?)(?P<whole>[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})?(?P<part>\.[0-9]{0,12})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED_EMAIL = re.compile(r"[^<>]*<\s*(?P<email>[^<>\s]+)\s*>")


def whole_number(text: object, *, least: int = 0, most: int = LARGEST) -> int | None:
    """Read a whole number of plain digits between two bounds, both included."""
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        return None
    return number if least <= (number := int(text)) <= most else None


def decimal_number(text: object) -> Decimal | None:
    """Read a number as people write it, ``-1,250.50``; no exponent, no underscore, no other script's digits."""
    found = _DECIMAL.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or not (found["whole"] or len(found["part"] or "") > 1):
        return None
    sign = "-" if found["sign"] in {"-", "\u2212"} else ""
    return Decimal(f"{sign}{(found['whole'] or '0').replace(',', '')}{found['part'] or ''}")


def uuid_of(text: object) -> UUID | None:
    """Read one of our ids."""
    try:
        return UUID(text) if isinstance(text, str) and len(text) <= 36 else None
    except ValueError:
        return None


def iso_day(text: object) -> date | None:
    """Read a day written ``2027-03-31`` and no other way."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and _DAY.fullmatch(text) else None
    except ValueError:
        return None


def without_hidden(text: str) -> str:
    """Return a text without the characters that show nothing: they come along with what is pasted."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def tidy_email(text: str) -> str:
    """Take off what comes along when an e-mail address is copied: ``Ana <ana@x.org>``, ``mailto:``, a last ``;``."""
    email = without_hidden(text).strip()
    if named := _NAMED_EMAIL.fullmatch(email.rstrip(" ;,.")):
        email = named["email"]
    return re.sub(r"^mailto:\s*", "", email, flags=re.IGNORECASE).partition("?")[0].strip(" ;,.<>\"'")


def tidy_phone(text: str) -> str:
    """Take off what comes along when a phone number is copied: ``tel:``, hidden marks, dashes of print."""
    phone = re.sub(r"^tel:\s*", "", without_hidden(text).strip(), flags=re.IGNORECASE)
    return re.sub(r"[\u2010-\u2015\u2212]", "-", phone).strip(" ;,")
