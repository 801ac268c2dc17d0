"""The reference of a client registered here: ``C-4829-1736``, to be said on the telephone and written on a form.

Seven digits by chance, so that it tells neither how many there are nor who came when, and one that checks them: any one
digit misheard, or two neighbours exchanged, is the reference of nobody. A client who came with a reference keeps it
(exchange package, ``id``).
"""

import re
import secrets

from django.db import connection

from partners.platform.tenancy.scope import current_consortium_id

_SAID = re.compile(r"C?(\d{4})(\d{4})", re.IGNORECASE | re.ASCII)
# H. M. Damm, "Total anti-symmetrische Quasigruppen" (Marburg 2004): row by row the quasigroup of order 10.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_PROPOSED = 4  # in one question: with a million clients, a tenth of all there can be, one of them is all but sure free
FREE = """
    SELECT proposed FROM unnest(%s::text[]) AS proposed
     WHERE NOT EXISTS (SELECT 1 FROM caseload_client WHERE consortium_id = %s AND external_id = proposed)
     LIMIT 1
"""


def propose() -> list[str]:
    digits = (f"{secrets.randbelow(10**7):07}" for _ in range(_PROPOSED))
    return [_written(each + str(check_digit(each))) for each in digits]


def free_reference() -> str:
    """Return a reference that no client in scope has; of two who take one at once the database refuses the second."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FREE, [propose(), current_consortium_id()])
            if found := cursor.fetchone():
                return str(found[0])


def as_reference(text: str) -> str:
    """Return what was typed as a reference made here (``c 4829 1736``), or '' if it is none."""
    said = _SAID.fullmatch(re.sub(r"[\s-]", "", text))
    return _written("".join(said.groups())) if said and check_digit("".join(said.groups())) == 0 else ""


def check_digit(digits: str) -> int:
    """Return the digit that makes the others check; 0 for digits that check already."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def _written(digits: str) -> str:
    return f"C-{digits[:4]}-{digits[4:]}"
