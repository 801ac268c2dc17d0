"""A person is found by the name as it is written, and as it is typed on a British keyboard."""

import unicodedata

import pytest

from caseload.models import Client
from caseload.queries.search import read_search, search
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ClientFactory

PEOPLE = {
    "n00": ("Ștefan", "Țurcanu"),
    "n01": ("Şükrü", "Y\u0131ld\u0131z"),
    "n02": ("İbrahim", "Şahin"),
    "n03": ("Jörg", "Strauß"),
    "n04": ("Řehoř", "Dvořák"),
    "n05": ("Siân", "Llŷr"),
    "n06": ("Ольга", "Щукина"),
    "n07": ("小明", "王"),
    "n08": ("철수", "김"),
    "n09": ("أحمد", "الحسيني"),
    "n10": ("Søren", "Ångström"),
    "n12": ("محمد", "حسن"),
    "n13": ("Nguyễn Văn", "Đức"),
    "n15": ("S\u0327eyma", "Decomposed"),
}
TYPED = [
    ("stefan turcanu", "n00"),
    ("sukru yildiz", "n01"),
    ("ibrahim sahin", "n02"),
    ("Sahin, Ibrahim", "n02"),
    ("jorg strauss", "n03"),
    ("Joerg Strauss", "n03"),
    ("rehor dvorak", "n04"),
    ("sian llyr", "n05"),
    ("olga shchukina", "n06"),
    ("wang xiaoming", "n07"),
    ("王小明", "n07"),
    ("김철수", "n08"),
    ("احمد", "n09"),
    (f"\u202b{PEOPLE['n09'][1]}\u202c", "n09"),
    ("soeren aangstroem", "n10"),
    ("soren angstrom", "n10"),
    ("مُحَمَّد حسن", "n12"),
    ("nguyen van duc", "n13"),
    ("Şeyma Decomposed", "n15"),
    ("seyma", "n15"),
]


@pytest.fixture
def people(scope: Consortium) -> None:
    for reference, (given, family) in PEOPLE.items():
        ClientFactory(external_id=reference, given_name=given, family_name=family)


def found(text: str) -> set[str]:
    return set(search(Client.objects.all(), read_search(text), organisation_id=0).values_list("external_id", flat=True))


def test_everybody_is_found_by_the_name_typed(people: None) -> None:
    missed = [(typed, reference) for typed, reference in TYPED if found(typed) != {reference}]

    assert missed == []


def test_everybody_is_found_by_the_name_written(people: None) -> None:
    written = {reference: f"{given} {family}" for reference, (given, family) in PEOPLE.items()}
    forms = [(reference, unicodedata.normalize(form, name)) for reference, name in written.items() for form in FORMS]

    assert [(reference, name) for reference, name in forms if found(name) != {reference}] == []


FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def test_names_of_another_consortium_are_not_searched(people: None, foreigner: StaffMember) -> None:
    with in_consortium(foreigner.consortium_id):
        ClientFactory(given_name="Стефан", family_name="Турцану", organisation=foreigner.organisation)

    assert found("turtsanu") == found("Турцану") == set()
