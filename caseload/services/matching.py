"""Is this person known already? Sure matches link by themselves, likely ones go to a person (DESIGN.md "Data").

Sure: the same NINO; or the same date of birth, similar names and the same postcode with nothing that speaks against it.
Likely: two of birth date, names and postcode, a name being one of them or half of it alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from caseload.enums import MatchReason, Sex
from caseload.models import PossibleMatch
from partners.fields import blind_index
from partners.tenancy.keys import as_search_key
from partners.tenancy.scope import current_consortium_id

# "Jon" and "John" are 0.93 alike, "Mohammed" and "Muhammad" 0.86, "Asha" and "Usha" 0.83.
SIMILAR = 0.85
_STATED = {Sex.FEMALE, Sex.MALE}


@dataclass(frozen=True)
class Person:
    """What of a person is compared; keys as the database keeps them."""

    given_key: str
    family_key: str
    date_of_birth: date | None = None
    nino_index: str = ""
    sex: str = ""
    postcodes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        given_name: str,
        family_name: str,
        date_of_birth: date | None = None,
        nino: str = "",
        sex: str = "",
        postcode: str = "",
    ) -> "Person":
        return cls(
            given_key=as_search_key(given_name),
            family_key=as_search_key(family_name),
            date_of_birth=date_of_birth,
            nino_index=blind_index(nino),
            sex=sex,
            postcodes=(as_search_key(postcode),) if postcode else (),
        )

    @property
    def lock_names(self) -> list[str]:
        """Names to lock, so that of two new records of one person at the same moment the second finds the first."""
        names = [f"nino {self.nino_index}"] if self.nino_index else []
        if self.date_of_birth:
            names += [f"born {self.date_of_birth} {postcode}" for postcode in self.postcodes]
        return names


@dataclass(frozen=True)
class Known:
    """A record the person was compared with; ``survivor_id`` is the one that stands for it."""

    client_id: int
    survivor_id: int
    organisation_id: int
    sure: bool
    reasons: tuple[str, ...]


# A union of three indexes: one filter with OR makes Postgres read every client (20,000 clients: 50 ms against 1 ms).
_NEARBY = """
    SELECT client.id, coalesce(client.merged_into_id, client.id), client.organisation_id, client.given_key,
           client.family_key, client.date_of_birth, client.nino_index, client.sex,
           ARRAY(SELECT address.postcode_key FROM caseload_clientaddress address
                  WHERE address.consortium_id = %(consortium)s AND address.client_id = client.id)
      FROM (SELECT id FROM caseload_client
             WHERE consortium_id = %(consortium)s AND nino_index = %(nino)s AND nino_index <> ''
             UNION
            SELECT id FROM caseload_client WHERE consortium_id = %(consortium)s AND date_of_birth = %(born)s
             UNION
            SELECT client_id FROM caseload_clientaddress
             WHERE consortium_id = %(consortium)s AND postcode_key = ANY(%(postcodes)s)) nearby
      JOIN caseload_client client ON client.consortium_id = %(consortium)s AND client.id = nearby.id
"""


def find_known(person: Person, *, besides: int | None = None) -> list[Known]:
    """Return the records that are surely or likely this person, sure ones first, then the oldest.

    One query, on the indexes of NINO, birth date and postcode: it looks at tens of records in a city, not at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _NEARBY,
            {
                "consortium": current_consortium_id(),
                "nino": person.nino_index,
                "born": person.date_of_birth,
                "postcodes": list(person.postcodes),
            },
        )
        rows = cursor.fetchall()
    known = [
        Known(client_id, survivor_id, organisation, *verdict)
        for client_id, survivor_id, organisation, given, family, born, nino, sex, postcodes in rows
        if client_id != besides
        and (verdict := compare(person, Person(given, family, born, nino, sex, tuple(postcodes))))
    ]
    return sorted(known, key=lambda each: (not each.sure, each.client_id))


def compare(one: Person, other: Person) -> tuple[bool, tuple[str, ...]] | None:
    """Return whether two are surely one person, with the reasons; None when they are not even likely to be."""
    same_nino = bool(one.nino_index) and one.nino_index == other.nino_index
    born = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    named, half_named = _names_alike(one, other)
    lives = bool(set(one.postcodes) & set(other.postcodes) - {""})
    other_nino = bool(one.nino_index and other.nino_index) and not same_nino
    other_sex = one.sex in _STATED and other.sex in _STATED and one.sex != other.sex
    alike = born + named + lives
    reasons = _reasons(
        {
            MatchReason.SAME_NINO: same_nino,
            MatchReason.SAME_BIRTH_DATE: born,
            MatchReason.SIMILAR_NAME: named,
            MatchReason.SAME_POSTCODE: lives,
            MatchReason.OTHER_NINO: other_nino,
            MatchReason.OTHER_SEX: other_sex,
        }
    )
    if same_nino or (alike == 3 and not other_nino and not other_sex):
        return True, reasons
    likely = alike == 3 or (alike == 2 and half_named and not other_nino)
    return (False, reasons) if likely else None


def note_possible_matches(client_id: int, known: Iterable[Known]) -> None:
    """Keep likely matches of a record with others for a person to decide, each pair once, the older one second."""
    pairs = {each.survivor_id: each for each in known if each.survivor_id != client_id}
    rows = [
        PossibleMatch(client_id=max(client_id, other), other_id=min(client_id, other), reasons=list(each.reasons))
        for other, each in pairs.items()
    ]
    if not rows:
        return
    for row in rows:
        row.external_id = str(row.uid)
    PossibleMatch.objects.bulk_create(rows, ignore_conflicts=True)


def _names_alike(one: Person, other: Person) -> tuple[bool, bool]:
    given = _alike(one.given_key, other.given_key)
    family = _alike(one.family_key, other.family_key)
    swapped = _alike(one.given_key, other.family_key) and _alike(one.family_key, other.given_key)
    return (given and family) or swapped, given or family or swapped


def _alike(one: str, other: str) -> bool:
    return bool(one and other) and JaroWinkler.similarity(one, other) >= SIMILAR


def _reasons(found: dict[MatchReason, bool]) -> tuple[str, ...]:
    return tuple(reason.value for reason, holds in found.items() if holds)
