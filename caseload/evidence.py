"""What of an identifier proves anything when two records are compared (contract API.md, "Nobody is lost").

A value is taken with a warning and kept as it was sent, but it counts only when it can tell two people apart: a NINO as
HM Revenue & Customs issues them, a postcode where people live, a birth date that somebody knew, a name. What proves
nothing speaks neither for one person nor against it, for page, API and import alike.
"""

import re
from datetime import date

from caseload.validators import NINO
from partners.platform.fields import blind_index
from partners.platform.forms.validators import POSTCODE
from partners.platform.search_keys import as_search_key

# The first letter of an index says what the number is worth; a hash has none of these.
_NO_EVIDENCE, _EXAMPLE = "-", "q"
NOT_COMPARED, PROVES_NOTHING = [_NO_EVIDENCE], [_NO_EVIDENCE, _EXAMPLE]
# In SQL, of a column nino_index: what is compared at all.
COMPARED = "{0} <> '' AND left({0}, 1) <> '-'"
# What is written where a name is not known.
_NO_NAMES = frozenset(
    {
        *("aa", "anon", "anonymous", "dontknow", "miss", "mr", "mrs", "ms", "na", "nk", "noname", "none", "notgiven"),
        *("notknown", "notrecorded", "null", "tba", "tbc", "unk", "unknown", "withheld"),
    }
)
_FIRST_YEAR = 1905  # of a birth that may be remembered; systems write 1900 or 1901 where none is known
_DIGITS = re.compile(r"\d")


def plain_nino(text: str) -> str:
    """Return a NINO as it is searched and matched: its letters and digits in capitals, whatever else was pasted."""
    return as_search_key(text).upper()


def index_of_nino(text: str) -> str:
    """Return the keyed hash by which a NINO is found again, marked where the number proves nothing; empty for none.

    Numbers of ``QQ`` are examples, of ``TN`` temporary and made of a birth date; others are malformed or made up.
    """
    plain = plain_nino(text)
    hashed = blind_index(plain)
    if not plain or (NINO.fullmatch(plain) and plain[:2] not in {"QQ", "TN"} and len(set(_DIGITS.findall(plain))) > 1):
        return hashed
    return f"{_EXAMPLE if plain[:2] == 'QQ' and NINO.fullmatch(plain) else _NO_EVIDENCE}{hashed}"[:32]


def nino_proves(index: str) -> bool:
    return index[:1] not in {"", _NO_EVIDENCE, _EXAMPLE}


def is_example(index: str) -> bool:
    return index[:1] == _EXAMPLE


def home(postcode: str) -> str:
    """Return the key of a postcode where people live, or '': ``ZZ99 …`` says that there is no address."""
    key = as_search_key(postcode)
    return key if POSTCODE.fullmatch(key.upper()) and not key.startswith("zz") else ""


def name_tells(key: str) -> bool:
    """Tell whether a name, by its key, is somebody's: more than an initial, and no word for not known."""
    return len(key) > 1 and key not in _NO_NAMES and len(set(key)) > 1


def is_remembered(born: date | None) -> bool:
    return born is not None and born.year >= _FIRST_YEAR


def is_own_day(born: date | None) -> bool:
    """Tell whether a birth date is one's own: 1 January is given to those who don't know theirs, to many at once."""
    return born is not None and is_remembered(born) and (born.month, born.day) != (1, 1)
