"""Who is surely, likely or not known already."""

import datetime as dt
from dataclasses import replace

import pytest

from caseload.models import PossibleMatch
from caseload.services.matching import Person, compare, find_known, note_possible_matches
from partners.models import Consortium, StaffMember
from partners.tenancy.scope import in_consortium
from tests.factories.caseload import ClientAddressFactory, ClientFactory

SAM = Person.of(
    given_name="Sam",
    family_name="Testperson",
    date_of_birth=dt.date(1979, 2, 3),
    nino="QQ123456C",
    sex="female",
    postcode="LE5 3GH",
)
NO_NINO = replace(SAM, nino_index="")
ELSEWHERE = ("le11aa",)
BORN_LATER = dt.date(1980, 2, 3)


@pytest.mark.parametrize(
    ("other", "sure"),
    [
        (SAM, True),
        (replace(SAM, given_key="alex", family_key="other", date_of_birth=BORN_LATER, postcodes=ELSEWHERE), True),
        (NO_NINO, True),
        (replace(NO_NINO, given_key="samm", family_key="testpersson"), True),
        (replace(NO_NINO, given_key="testperson", family_key="sam"), True),
        (replace(NO_NINO, sex="male"), False),
        (replace(SAM, nino_index="another"), False),
        (replace(NO_NINO, postcodes=ELSEWHERE), False),
        (replace(NO_NINO, date_of_birth=BORN_LATER), False),
        (replace(NO_NINO, date_of_birth=None), False),
        (replace(NO_NINO, given_key="robert"), False),
        (replace(NO_NINO, given_key="robert", family_key="green"), None),
        (replace(NO_NINO, date_of_birth=BORN_LATER, postcodes=ELSEWHERE), None),
        (replace(SAM, nino_index="another", postcodes=ELSEWHERE), None),
        (replace(NO_NINO, postcodes=("",), date_of_birth=BORN_LATER), None),
    ],
    ids=[
        "the same",
        "same NINO alone",
        "no NINO on one side",
        "names spelt otherwise",
        "names swapped",
        "another sex",
        "another NINO",
        "moved",
        "another birth date",
        "no birth date",
        "a twin",
        "a neighbour born the same day",
        "a namesake",
        "a namesake with another NINO",
        "no postcode is no same postcode",
    ],
)
def test_two_people_are_compared(other: Person, sure: bool | None) -> None:
    verdict = compare(SAM if other.nino_index else NO_NINO, other)

    assert (verdict[0] if verdict else None) is sure


def test_only_the_consortium_is_searched(scope: Consortium, foreigner: StaffMember) -> None:
    with in_consortium(foreigner.consortium_id):
        ClientFactory(nino="QQ123456C", nino_index=SAM.nino_index, organisation=foreigner.organisation)

    assert find_known(SAM) == []


def test_sure_ones_come_first_and_merged_ones_name_their_survivor(scope: Consortium) -> None:
    namesake = ClientFactory(given_name="Sam", family_name="Testperson", date_of_birth="1979-02-03")
    survivor = ClientFactory()
    merged = ClientFactory(nino="QQ123456C", nino_index=SAM.nino_index, merged_into=survivor)
    ClientAddressFactory(client=ClientFactory(given_name="Nobody"), postcode="LE5 3GH")

    known = find_known(SAM)

    assert [(each.client_id, each.survivor_id, each.sure) for each in known] == [
        (merged.pk, survivor.pk, True),
        (namesake.pk, namesake.pk, False),
    ]


def test_a_pair_is_noted_once_whichever_came_first(scope: Consortium) -> None:
    one = ClientFactory(given_name="Sam", family_name="Testperson", date_of_birth="1979-02-03")
    two = ClientFactory(given_name="Sam", family_name="Testperson", date_of_birth="1979-02-03")

    note_possible_matches(two.pk, find_known(SAM, besides=two.pk))
    note_possible_matches(one.pk, find_known(SAM, besides=one.pk))

    assert PossibleMatch.objects.values_list("client", "other").get() == (two.pk, one.pk)
