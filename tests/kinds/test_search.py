"""The search over all records finds, of every kind that says so, what somebody may see, and nothing else."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.kinds.job import KIND as JOB
from partners.enums import AccessAction, Role
from partners.models import AccessEntry, Consortium, Organisation, StaffMember
from partners.permissions import may
from partners.platform.records.finding import MOST_KINDS, SHOWN, kinds_for
from partners.platform.records.kinds import RecordKind, all_kinds, declare, reader
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, PreRecruitmentActivityFactory
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import (
    EmployerAgreementFactory,
    EmployerContactFactory,
    EmployerEventFactory,
    EmployerFactory,
    VacancyFactory,
)
from tests.factories.partners import CentreFactory, OrganisationFactory, StaffFactory
from tests.kinds.cast import FACTORIES, people

pytestmark = pytest.mark.usefixtures("scope")
FOUND = [kind for kind in all_kinds() if kind.is_found]
KINDS = pytest.mark.parametrize("kind", FOUND, ids=lambda kind: kind.slug)
MOST_QUERIES = 15


def asked(person: StaffMember, text: str) -> str:
    answer = signed_in(person).get(reverse("partners:search"), {"q": text})
    assert answer.status_code == 200
    return str(answer.content.decode())


def words_of(kind: RecordKind, record: Any) -> str:
    """Return the words that the first of its paths holds that holds any."""
    said = (reader(path.replace("__", "."))(record) for path in kind.searched or ("name",))
    return str(next(filter(None, said)))


def reader_of(kind: RecordKind, record: Any) -> StaffMember:
    return next(
        person
        for person in people(record)
        if may(person, kind.capability) and kind.rows(person).filter(pk=record.pk).exists()
    )


@KINDS
def test_a_word_finds_a_record_and_its_list(kind: RecordKind) -> None:
    record = [FACTORIES[kind.model]() for _ in range(2)][1]
    person = reader_of(kind, record)
    text = words_of(kind, record)

    page = asked(person, text)

    assert f'href="{kind.address("record", record.uid)}"' in page
    there = signed_in(person).get(kind.address("record-list"), {"q": text}).content.decode()
    assert kind.address("record", record.uid) in there
    assert kind.address("record", record.uid) not in asked(person, f"{text} nowhere")


@KINDS
def test_neither_another_consortium_nor_another_role_finds_it(kind: RecordKind, other_consortium: Consortium) -> None:
    record = FACTORIES[kind.model]()
    text = words_of(kind, record)
    role = reader_of(kind, record).role
    with in_consortium(other_consortium.pk):
        stranger = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=role)
    refused = next((each for each in people(record) if not may(each, kind.capability)), None)

    for person in filter(None, (stranger, refused)):
        assert str(record.uid) not in asked(person, text)


def test_a_contract_of_another_organisation_is_not_found(organisation: Organisation) -> None:
    ours = ContractFactory(title="Welding for beginners", provider=organisation)
    theirs = ContractFactory(title="Welding for masters")
    page = asked(StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER), "welding")

    assert str(ours.uid) in page
    assert str(theirs.uid) not in page


def test_a_client_is_found_as_in_the_caseload_and_the_look_is_written(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    own = ClientFactory(organisation=adviser.organisation, given_name="Kim", family_name="Birchwood")
    other = ClientFactory(organisation=outsider.organisation, given_name="Kim", family_name="Birchwood")
    before = AccessEntry.objects.count()

    page = asked(adviser, "birchwood kim")

    assert reverse("caseload:client", args=[own.uid]) in page
    assert "Birchwood, Kim" in page
    assert str(other.uid) not in page
    looks = AccessEntry.objects.order_by("pk")[before:]
    assert [(each.action, each.subject, each.subject_ids, each.detail) for each in looks] == [
        (AccessAction.SEARCHED, "caseload.client", None, {"by": "name or reference"}),
        (AccessAction.LISTED, "caseload.client", [own.pk], {}),
    ]


def test_who_opens_no_clients_searches_none(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, family_name="Birchwood")
    page = asked(StaffFactory(organisation=adviser.organisation, role=Role.ACCOUNT_MANAGER), "birchwood")

    assert str(client.uid) not in page
    assert not AccessEntry.objects.filter(action=AccessAction.SEARCHED).exists()


def test_beyond_the_first_the_list_has_the_others(adviser: StaffMember) -> None:
    for number in range(SHOWN + 2):
        VacancyFactory(title=f"Welder {number}")
        VacancyFactory(title=f"Baker {number}")
    EmployerFactory(name="Welder Brothers")

    page = asked(adviser, "welder")

    assert len(re.findall(r'/records/vacancies/[0-9a-f-]{36}/"', page)) == SHOWN
    more = re.findall(r'href="([^"]+)">All vacancies with these words', page)
    assert more == ["/employers/records/vacancies/?q=welder"]
    assert "All employers with these words" not in page
    listed = signed_in(adviser).get(more[0]).content.decode()
    assert listed.count(">Welder ") == SHOWN + 2
    assert "Baker" not in listed


def test_records_of_one_name_are_told_apart(adviser: StaffMember) -> None:
    for employer in ("Ashdown Stores", "Birch Bakery"):
        VacancyFactory(title="Assistant", employer=EmployerFactory(name=employer), opened_on=dt.date(2007, 7, 3))

    page = asked(adviser, "assistant")

    assert "Birch Bakery · Open from 3 Jul 2007" in page
    assert "Ashdown Stores · Open from 3 Jul 2007" in page


def test_however_much_is_found_a_page_takes_few_statements(monitoring_officer: StaffMember) -> None:
    employer = EmployerFactory(name="Anvil Works")
    for _ in range(SHOWN + 1):
        VacancyFactory(title="Anvil smith", employer=employer)
        EmployerContactFactory(employer=employer)
        EmployerAgreementFactory(employer=employer)
        PreRecruitmentActivityFactory(employer=employer)
        EmployerEventFactory(title="Anvil day")
        ContractFactory(title="Anvil training")
        CentreFactory(name="Anvil House")
        OrganisationFactory(name="Anvil Trust")
        ClientFactory(family_name="Anvil", organisation=monitoring_officer.organisation)
    browser = signed_in(monitoring_officer)

    with CaptureQueriesContext(connection) as counted:
        page = browser.get(reverse("partners:search"), {"q": "anvil"}).content.decode()

    scoping = [each for each in counted if "set_config" in each["sql"] or "SAVEPOINT" in each["sql"]]
    assert len(counted) - len(scoping) <= MOST_QUERIES
    assert page.count("<caption") == MOST_KINDS + 1
    assert re.findall(r">([^<]+) with these words</a></li>", page) == ["Partner organisations", "Centres"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "What is found here"),
        ("x", "Type words of two letters or more."),
        ("word " * 11, "Type ten words or fewer."),
        ("x" * 201, "Type words of 200 letters at most."),
        ("nothing-of-this-name", "Nothing you may see holds these words."),
        ("%%", "Nothing you may see holds these words."),
    ],
)
def test_what_cannot_be_searched_for_is_said(adviser: StaffMember, text: str, said: str) -> None:
    EmployerFactory(name="Ashdown Stores")
    page = asked(adviser, text)

    assert said in page
    assert "Ashdown" not in page


def test_everybody_finds_something_and_personal_kinds_are_never_declared(organisation: Organisation) -> None:
    from dataclasses import replace  # noqa: PLC0415

    assert [role for role in Role.values if not kinds_for(StaffFactory(organisation=organisation, role=role))] == []
    with pytest.raises(ValueError, match="found by the person"):
        declare("caseload", [replace(JOB, model=type("Stranger", (), {"__name__": "Stranger"}), is_found=True)])  # type: ignore[arg-type]
