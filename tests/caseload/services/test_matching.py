"""Who is surely, likely or not known already (contract API.md, "Nobody is lost")."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.enums import MatchReason
from caseload.evidence import home, index_of_nino, name_tells, nino_proves
from caseload.models import Client, PossibleMatch
from caseload.services.matching import (
    MANY_PEOPLE,
    MOST_NOTED,
    Person,
    compare,
    find_known,
    note_everybody_alike,
    note_possible_matches,
    the_sure_one,
)
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ClientAddressFactory, ClientFactory

NINO, OTHER_NINO, EXAMPLE = "AB123456C", "AB123457C", "QQ123456C"
BORN, LATER = dt.date(1979, 2, 3), dt.date(1980, 2, 3)


def person(**said: Any) -> Person:
    names = {"given_name": "Sam", "family_name": "Okonjo", "date_of_birth": BORN, "sex": "female"}
    return Person.of(**names | {"nino": NINO, "postcode": "LE5 3GH"} | said)


def client(**said: Any) -> Client:
    names = {"given_name": "Sam", "family_name": "Okonjo", "date_of_birth": BORN, "sex": "female"} | said
    postcode = names.pop("postcode", "")
    made: Client = ClientFactory(**names, nino_index=index_of_nino(names.get("nino", "")))
    if postcode:
        ClientAddressFactory(client=made, postcode=postcode)
    return made


SURE = {
    "the same": {},
    "one NINO and birth date, a name spelt otherwise, moved": {"family_name": "Okonjoh", "postcode": "LE1 1AA"},
    "names swapped": {"given_name": "Okonjo", "family_name": "Sam"},
    "no NINO on one side": {"nino": ""},
    "an example on one side": {"nino": EXAMPLE},
    "a number that is none on one side": {"nino": "N/A"},
    "no sex": {"sex": ""},
}
LIKELY = {
    "one NINO, another birth date": {"date_of_birth": LATER},
    "one NINO, no birth date": {"date_of_birth": None},
    "one NINO, unlike names": {"given_name": "Robert", "family_name": "Green"},
    "one NINO, another sex": {"sex": "male"},
    "one NINO and nothing else": {"given_name": "Bob", "family_name": "Ito", "date_of_birth": LATER, "postcode": ""},
    "another NINO": {"nino": OTHER_NINO},
    "another NINO and address, the same names and birth date": {"nino": OTHER_NINO, "postcode": "LE1 1AA"},
    "no NINO, moved": {"nino": "", "postcode": "LE1 1AA"},
    "no NINO, another birth date": {"nino": "", "date_of_birth": LATER},
    "no NINO, no birth date": {"nino": "", "date_of_birth": None},
    "no NINO, a twin": {"nino": "", "given_name": "Robert"},
    "no NINO, a twin of an alike name": {"nino": "", "given_name": "Samm"},
    "no NINO, another sex": {"nino": "", "sex": "male"},
    "an example of both is no proof": {"nino": EXAMPLE, "given_name": "Robert", "family_name": "Green"},
}
NOBODY = {
    "no NINO, a neighbour born the same day": {"nino": "", "given_name": "Robert", "family_name": "Green"},
    "no NINO, a namesake elsewhere": {"nino": "", "date_of_birth": LATER, "postcode": "LE1 1AA"},
    "no NINO, a namesake, no address": {"nino": "", "date_of_birth": LATER, "postcode": ""},
}


def judged(said: dict[str, Any], **base: Any) -> bool | None:
    verdict = compare(person(**base), person(**said))
    assert verdict == compare(person(**said), person(**base)), "whoever came first"
    return verdict.sure if verdict else None


@pytest.mark.parametrize("said", SURE.values(), ids=SURE)
def test_two_things_agree_and_nothing_contradicts(said: dict[str, Any]) -> None:
    assert judged(said) is True


@pytest.mark.parametrize("said", LIKELY.values(), ids=LIKELY)
def test_everything_else_goes_to_a_person(said: dict[str, Any]) -> None:
    assert judged(said, nino=EXAMPLE if said.get("nino") == EXAMPLE else NINO) is False


@pytest.mark.parametrize("said", NOBODY.values(), ids=NOBODY)
def test_strangers_are_not_asked_about(said: dict[str, Any]) -> None:
    assert judged(said) is None


@pytest.mark.parametrize(
    "said",
    [
        {"postcode": "ZZ99 3VZ"},
        {"postcode": "NOWHERE"},
        {"postcode": "n/a"},
        {"date_of_birth": dt.date(1979, 1, 1)},
        {"date_of_birth": dt.date(1900, 6, 1)},
        {"given_name": "S"},
        {"given_name": "Unknown"},
    ],
    ids=str,
)
def test_what_many_have_does_not_prove_one_person(said: dict[str, Any]) -> None:
    assert judged(said | {"nino": ""}, **said, nino="") is not True


@pytest.mark.parametrize("nino", ["N/A", "none", "AB123456", "AB111111A", "TN010180F", "QQ123456C", "BG123456A", "-"])
def test_a_number_that_proves_nothing_neither_links_nor_speaks_against(nino: str) -> None:
    strangers = {"given_name": "Robert", "family_name": "Green", "date_of_birth": LATER, "postcode": "LE1 1AA"}

    assert judged(strangers | {"nino": nino}, nino=nino) is not True
    moved = compare(person(nino=nino), person(nino=OTHER_NINO, postcode="LE1 1AA"))
    assert moved is not None
    assert MatchReason.OTHER_NINO not in moved.reasons


def test_a_pasted_character_nobody_sees_leaves_the_number_as_it_is() -> None:
    assert index_of_nino("\u202aAB 12-34 56 C\u200b") == index_of_nino("ab123456c")
    assert nino_proves(index_of_nino(NINO))
    assert not nino_proves(index_of_nino(EXAMPLE))


@given(text=st.text(max_size=40))
def test_evidence_can_be_asked_of_any_text(text: str) -> None:
    index = index_of_nino(text)

    assert len(index) <= 32
    assert home(text) == home(text.upper())
    assert name_tells(text) in {True, False}


def test_only_the_consortium_is_searched(scope: Consortium, foreigner: StaffMember) -> None:
    with in_consortium(foreigner.consortium_id):
        client(nino=NINO, organisation=foreigner.organisation)

    assert find_known(person()) == []


def test_sure_ones_come_first_and_merged_ones_name_their_survivor(scope: Consortium) -> None:
    namesake = client(sex="male")
    survivor = client(nino=NINO, family_name="Okonjo-Iweala")
    merged = client(nino=NINO, merged_into=survivor)
    client(given_name="Nobody", family_name="Else", date_of_birth=LATER, postcode="LE5 3GH")

    known = find_known(person())

    assert [(each.client_id, each.survivor_id, each.sure) for each in known] == [
        (merged.pk, survivor.pk, True),
        (survivor.pk, survivor.pk, True),
        (namesake.pk, namesake.pk, False),
    ]
    found = the_sure_one(person(), known)
    assert found is not None
    assert found.survivor_id == survivor.pk


def no_doubt(**said: Any) -> int | None:
    found = the_sure_one(person(**said), find_known(person(**said)))
    return found.survivor_id if found else None


def test_one_of_two_is_not_sure(scope: Consortium) -> None:
    client(nino=NINO)
    client(nino=NINO)

    assert no_doubt() is None


def test_a_merged_record_that_contradicts_makes_the_person_doubtful(scope: Consortium) -> None:
    survivor = client(nino=NINO)
    client(nino=OTHER_NINO, merged_into=survivor)

    assert no_doubt() is None


def test_a_restricted_record_is_never_sure(scope: Consortium) -> None:
    client(nino=NINO, restricted=True)
    survivor = client(given_name="Ann", family_name="Other", nino=OTHER_NINO)
    client(given_name="Ann", family_name="Other", nino=OTHER_NINO, merged_into=survivor, restricted=True)

    assert no_doubt() is None
    assert no_doubt(given_name="Ann", family_name="Other", nino=OTHER_NINO) is None


def test_a_postcode_of_many_families_is_no_home(scope: Consortium) -> None:
    known = client(postcode="LE5 3GH")
    elsewhere = client(given_name="Ada", postcode="LE2 7AJ")
    for number in range(12):
        other = ClientFactory(given_name="Guest", family_name=f"Family{'abcdefghijkl'[number]}")
        ClientAddressFactory(client=other, postcode="LE2 7AJ")

    assert no_doubt(nino="") == known.pk
    assert no_doubt(nino="", given_name="Ada", postcode="LE2 7AJ") is None
    assert elsewhere.pk in {each.survivor_id for each in find_known(person(given_name="Ada", postcode="LE2 7AJ"))}


def test_a_postcode_of_many_people_is_no_home(scope: Consortium) -> None:
    client(postcode="LE5 3GH")
    for _ in range(MANY_PEOPLE):
        ClientAddressFactory(client=ClientFactory(family_name="Smith"), postcode="LE5 3GH")

    assert no_doubt(nino="") is None


def test_a_pair_is_noted_once_whichever_came_first(scope: Consortium) -> None:
    one, two = client(), client()

    note_possible_matches(two.pk, find_known(person(nino=""), besides=two.pk))
    note_possible_matches(one.pk, find_known(person(nino=""), besides=one.pk))

    assert PossibleMatch.objects.values_list("client", "other").get() == (two.pk, one.pk)


def test_of_many_alike_the_likeliest_are_noted_and_the_rest_counted(scope: Consortium) -> None:
    alike = [client(date_of_birth=LATER, postcode="LE5 3GH") for _ in range(40)]
    born = client(nino="", postcode="")

    new = client(postcode="LE5 3GH")
    note_possible_matches(new.pk, find_known(person(nino=""), besides=new.pk))

    noted = PossibleMatch.objects.all()
    assert {match.other_id for match in noted} == {born.pk, *(each.pk for each in alike[: MOST_NOTED - 1])}
    assert {match.not_listed for match in noted} == {41 - MOST_NOTED}


def test_those_of_a_package_are_noted_once_with_bounds(scope: Consortium) -> None:
    one, two = client(nino=NINO), client(nino=NINO, given_name="Bob", family_name="Green", date_of_birth=LATER)
    three = client(given_name="OKONJO", family_name="Sám", sex="male")
    client(given_name="Other", family_name="Person", nino="N/A")
    client(given_name="Another", family_name="Human", nino="N/A")
    many = [client(given_name="Jo", family_name="Smith") for _ in range(30)]

    note_everybody_alike()
    note_everybody_alike()

    pairs = {(match.client_id, match.other_id): match for match in PossibleMatch.objects.all()}
    assert pairs[two.pk, one.pk].reasons == ["same_nino", "other_birth_date"]
    assert pairs[three.pk, one.pk].reasons == ["same_birth_date", "similar_name", "other_sex"]
    smiths = [match for pair, match in pairs.items() if pair[1] in {each.pk for each in many}]
    assert len(pairs) == 2 + len(smiths)
    assert len(smiths) == sum(min(place, MOST_NOTED) for place in range(30))
    assert max(match.not_listed for match in smiths) == 29 - MOST_NOTED
