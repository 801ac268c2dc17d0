"""Is this person known already? Sure matches link by themselves, likely ones go to a person (API.md "Nobody is lost").

Sure: two things agree and nothing contradicts: one NINO and one birth date with a similar name; or, where a NINO is
missing, one birth date, the same names and a postcode of a home. Likely: one NINO, or one birth date with the same
names, whatever speaks against it; or two of birth date, names and postcode, a name being one of them or half of it.
What an identifier proves, :mod:`caseload.evidence` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from caseload.enums import MatchReason, Sex
from caseload.evidence import (
    NOT_COMPARED,
    PROVES_NOTHING,
    home,
    index_of_nino,
    is_example,
    is_own_day,
    is_remembered,
    name_tells,
    nino_proves,
)
from caseload.models import Client, ClientAddress, PossibleMatch
from partners.platform.search_keys import as_search_key
from partners.platform.sql_files import sql
from partners.platform.tenancy.scope import current_consortium_id

# "Jon" and "John" are 0.93 alike, "Mohammed" and "Muhammad" 0.86, "Asha" and "Usha" 0.83.
SIMILAR = 0.85
# Of what may be one person the best are noted; a person decides about ten, not about a thousand.
MOST_NOTED = 10
# A postcode of more people or more families than this is a hostel's, a prison's or a tower's: no home of one person.
MANY_PEOPLE, MANY_FAMILIES = 30, 10
# What of a client's record is compared.
COMPARED_OF_CLIENT = frozenset({"given_name", "family_name", "date_of_birth", "nino", "sex"})
_STATED = {Sex.FEMALE, Sex.MALE}


@dataclass(frozen=True)
class Person:
    """What of a person is compared; keys and the NINO's index as the database keeps them."""

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
            nino_index=index_of_nino(nino),
            sex=sex,
            postcodes=(as_search_key(postcode),) if postcode else (),
        )

    @property
    def homes(self) -> set[str]:
        return {home(postcode) for postcode in self.postcodes} - {""}

    @property
    def lock_names(self) -> list[str]:
        """Names to lock, so that of two new records of one person at the same moment the second finds the first."""
        names = [f"nino {self.nino_index}"] if nino_proves(self.nino_index) else []
        if self.date_of_birth:
            names += [f"born {self.date_of_birth} {postcode}" for postcode in sorted(self.homes)]
            names += [f"born {self.date_of_birth} {key}" for key in {self.family_key, self.given_key}]
        return names


@dataclass(frozen=True)
class Verdict:
    """Whether two are surely one person, the reasons for and against, and how much speaks for it, to put in order."""

    sure: bool
    reasons: tuple[str, ...]
    weight: int

    @property
    def rests_on_address(self) -> bool:
        return MatchReason.SAME_NINO not in self.reasons


@dataclass(frozen=True)
class Known:
    """A record the person was compared with; ``survivor_id`` is the one that stands for it."""

    client_id: int
    survivor_id: int
    organisation_id: int
    verdict: Verdict

    @property
    def sure(self) -> bool:
        return self.verdict.sure

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.verdict.reasons


_NEARBY = sql("caseload", "nearby")
_AT_HOME = sql("caseload", "at_home")
# Locked, so that no merge moves them meanwhile; read after the lock, with all that the person's records say.
_PEOPLE = """
    SELECT id FROM caseload_client WHERE consortium_id = %(consortium)s AND id = ANY(%(people)s) ORDER BY id FOR SHARE;
    SELECT coalesce(merged_into_id, id), given_key, family_key, date_of_birth, nino_index, sex, restricted,
           id = ANY(%(people)s) AND merged_into_id IS NOT NULL
      FROM caseload_client
     WHERE consortium_id = %(consortium)s AND (id = ANY(%(people)s) OR merged_into_id = ANY(%(people)s))
"""


_ALIKE = sql("caseload", "alike")


def find_known(person: Person, *, besides: int | None = None) -> list[Known]:
    """Return the records that are surely or likely this person, the surest first, then the oldest.

    One query: it looks at tens of records in a city, not at all, and at hundreds where hundreds are alike.
    """
    values = {
        "nino": "" if not nino_proves(person.nino_index) and not is_example(person.nino_index) else person.nino_index,
        "born": person.date_of_birth,
        "family": person.family_key,
        "given": person.given_key,
        "postcodes": sorted(person.homes),
    }
    known = [
        Known(client_id, survivor_id, owner, verdict)
        for client_id, survivor_id, owner, *said, postcodes in _rows(_NEARBY, **values)
        if client_id != besides and (verdict := compare(person, replace(Person(*said), postcodes=tuple(postcodes))))
    ]
    return sorted(known, key=lambda each: (-each.verdict.weight, each.client_id))


def the_sure_one(person: Person, known: Iterable[Known]) -> Known | None:
    """Return the record that is surely this person, its survivor locked; None where a person has to decide.

    Nothing is sure where two people would be, where any record of the one contradicts, where the record is restricted,
    or where only an address tells that many people have.
    """
    sure = {each.survivor_id: each for each in reversed(list(known)) if each.sure}
    if len(sure) != 1:
        return None
    (found,) = sure.values()
    for _, *said, is_restricted, moved in _rows(_PEOPLE, people=[found.survivor_id]):
        if is_restricted or moved or any(contradicts(person, Person(*said)).values()):
            return None
    if found.verdict.rests_on_address:
        ((people, families),) = _rows(_AT_HOME, postcodes=sorted(person.homes))
        if people > MANY_PEOPLE or families > MANY_FAMILIES:
            return None
    return found


def compare(one: Person, other: Person) -> Verdict | None:
    """Judge whether two are one person; None when they are not even likely to be."""
    ninos = nino_proves(one.nino_index), nino_proves(other.nino_index)
    equal_ninos = bool(one.nino_index) and one.nino_index == other.nino_index
    same_nino = all(ninos) and equal_ninos
    example = equal_ninos and is_example(one.nino_index)
    born = is_remembered(one.date_of_birth) and one.date_of_birth == other.date_of_birth
    names = compare_names(one, other)
    lives = bool(one.homes & other.homes)
    against = contradicts(one, other)
    by_nino = same_nino and born and names.similar
    by_address = not all(ninos) and born and names.same and lives and is_own_day(one.date_of_birth)
    alike = born + names.similar + lives
    two_agree = alike == 3 or (alike == 2 and names.half and not against[MatchReason.OTHER_NINO])
    if not (same_nino or example or (born and names.same) or two_agree):
        return None
    holds = {
        MatchReason.SAME_NINO: same_nino,
        MatchReason.EXAMPLE_NINO: example,
        MatchReason.SAME_BIRTH_DATE: born,
        MatchReason.SIMILAR_NAME: names.similar,
        MatchReason.SAME_POSTCODE: lives,
        **against,
    }
    reasons = tuple(reason.value for reason, found in holds.items() if found)
    sure = (by_nino or by_address) and not any(against.values())
    weight = 100 * sure + 8 * same_nino + 4 * born + 2 * names.similar + 2 * names.same + lives - sum(against.values())
    return Verdict(sure, reasons, weight)


def contradicts(one: Person, other: Person) -> dict[MatchReason, bool]:
    """Return what speaks against two being one person."""
    names = compare_names(one, other)
    born = one.date_of_birth, other.date_of_birth
    ninos = one.nino_index, other.nino_index
    return {
        MatchReason.OTHER_NINO: all(map(nino_proves, ninos)) and ninos[0] != ninos[1],
        MatchReason.OTHER_SEX: one.sex in _STATED and other.sex in _STATED and one.sex != other.sex,
        MatchReason.OTHER_BIRTH_DATE: all(map(is_remembered, born)) and born[0] != born[1],
        MatchReason.UNLIKE_NAME: not names.similar,
    }


def note_anew(client: Client) -> None:
    """Note who looks like a person whose record says something else now; pairs decided before stay decided."""
    postcodes = ClientAddress.objects.filter(client=client).values_list("postcode_key", flat=True)
    keys = as_search_key(client.given_name), as_search_key(client.family_name)
    person = Person(*keys, client.date_of_birth, client.nino_index, client.sex, tuple(postcodes))
    known = find_known(person, besides=client.pk)
    note_possible_matches(client.merged_into_id or client.pk, known)


def note_everybody_alike() -> None:
    """Note the records of one NINO, or of one birth date and the same names, that nobody has compared, in sets.

    For what came in a package. Each record is noted with the few before it that are alike; a repeat changes nothing.
    """
    values: dict[str, Any] = {
        "consortium": current_consortium_id(),
        "most": MOST_NOTED,
        "not_compared": NOT_COMPARED,
        "proves_nothing": PROVES_NOTHING,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, values)


def note_possible_matches(client_id: int, known: Iterable[Known]) -> None:
    """Keep the likeliest matches of a record for a person to decide, each pair once, the older one second.

    How many more are alike stands with each pair.
    """
    pairs: dict[int, Known] = {}
    for each in known:
        if each.survivor_id != client_id:
            pairs.setdefault(each.survivor_id, each)
    left = max(0, len(pairs) - MOST_NOTED)
    rows = [
        PossibleMatch(
            client_id=max(client_id, other), other_id=min(client_id, other), reasons=list(each.reasons), not_listed=left
        )
        for other, each in list(pairs.items())[:MOST_NOTED]
    ]
    if not rows:
        return
    for row in rows:
        row.external_id = str(row.uid)
    PossibleMatch.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass(frozen=True)
class Names:
    same: bool
    similar: bool
    half: bool


def compare_names(one: Person, other: Person) -> Names:
    given = _alike(one.given_key, other.given_key)
    family = _alike(one.family_key, other.family_key)
    swapped = _alike(one.given_key, other.family_key) and _alike(one.family_key, other.given_key)
    names = (one.given_key, one.family_key), (other.given_key, other.family_key)
    same = all(map(name_tells, names[0])) and sorted(names[0]) == sorted(names[1])
    return Names(same, (given and family) or swapped, given or family or swapped)


def _alike(one: str, other: str) -> bool:
    return name_tells(one) and name_tells(other) and JaroWinkler.similarity(one, other) >= SIMILAR


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"consortium": current_consortium_id(), **values})
        return list(cursor.fetchall())
