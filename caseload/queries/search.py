"""Finding a person by what one has: name, reference, National Insurance number or postcode.

Row-level security keeps LIKE off the indexes, so every way of searching is an equality or a range over a stored key
(partners.tenancy.keys), led by the consortium.
"""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from caseload.models import Client, ClientAddress, ClientReference
from caseload.models.client import ClientQuerySet
from partners.fields import blind_index
from partners.tenancy.keys import as_search_key

_NINO = re.compile(r"[a-z]{2}\d{6}[a-d]?", re.IGNORECASE)
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z0-9]?(\d[a-z]{2})?", re.IGNORECASE)
# Sorts after every letter and digit, so that a range up to it holds everything that begins alike.
AFTER_ALL = "~"
LONGEST_NAME = 5


@dataclass(frozen=True)
class Asked:
    """What somebody typed into the search box, and what it looks like; the access trail keeps only ``how``."""

    text: str
    how: str


def read_search(text: str) -> Asked:
    """Tell what typed text looks like: a National Insurance number, a postcode, or a name or reference."""
    squeezed = re.sub(r"[\s-]", "", text)
    if _NINO.fullmatch(squeezed):
        return Asked(squeezed.upper(), "nino")
    if _POSTCODE.fullmatch(squeezed) and any(c.isdigit() for c in squeezed):
        return Asked(squeezed, "postcode")
    return Asked(text.strip(), "name or reference")


def search(clients: ClientQuerySet, asked: Asked) -> ClientQuerySet:
    """Narrow a list that is already within ``visible_to`` to those found."""
    if asked.how == "nino":
        return clients.filter(nino_index=blind_index(asked.text))
    if asked.how == "postcode":
        return clients.filter(Q(pk__in=_at_postcode(asked.text)) | Q(external_id=asked.text))
    return clients.filter(_named(asked.text) | Q(pk__in=_with_reference(asked.text)))


def begins(field: str, key: str) -> Q:
    """A prefix search that an index on a key in C collation can answer."""
    return Q(**{f"{field}__gte": key, f"{field}__lt": key + AFTER_ALL})


def _named(text: str) -> Q:
    """Every word begins a given or a family name; names of several words are found as they are typed."""
    words = [key for word in re.split(r"[\s,]+", text) if (key := as_search_key(word))]
    if not words:
        return Q(pk__in=[])
    each = Q()
    for word in words:
        each &= begins("family_key", word) | begins("given_key", word)
    for cut in range(1, min(len(words), LONGEST_NAME)):
        first, rest = "".join(words[:cut]), "".join(words[cut:])
        each |= begins("given_key", first) & begins("family_key", rest)
        each |= begins("family_key", first) & begins("given_key", rest)
    whole = "".join(words)
    return each | begins("family_key", whole) | begins("given_key", whole)


def _at_postcode(text: str) -> object:
    return ClientAddress.objects.filter(begins("postcode_key", as_search_key(text))).values("client_id")


def _with_reference(text: str) -> object:
    return (
        Client.objects.filter(external_id=text)
        .values("pk")
        .union(ClientReference.objects.filter(reference=text).values("client_id"), all=True)
    )


def has_open_address(ward: str) -> Exists:
    """Tell whether a client lives in a ward now."""
    return Exists(ClientAddress.objects.filter(client=OuterRef("pk"), ward=ward, to_date__isnull=True))
