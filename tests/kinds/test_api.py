"""Every kind that partners' systems read: listed, read, paged, and refused to others; a new one joins by itself."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseload.kinds.job import KIND as JOB
from commissioning.kinds.contract import KIND as CONTRACT
from employers.kinds.employer import KIND as EMPLOYER
from employers.kinds.vacancy import KIND as VACANCY
from partners.enums import Scope
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.exchange.declarations import all_tables
from partners.platform.exchange.exporting import export_package
from partners.platform.records.api import columns_of, kinds_of_the_api, name_of
from partners.platform.records.kinds import RecordKind, declare
from partners.platform.tenancy.scope import in_consortium
from tests.caseload.api.conftest import Call, caller
from tests.conftest import signed_in
from tests.factories.caseload import PreRecruitmentActivityFactory
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerAgreementFactory, EmployerFactory, VacancyFactory
from tests.factories.partners import OrganisationFactory
from tests.kinds.cast import FACTORIES

pytestmark = pytest.mark.usefixtures("scope")
KINDS = pytest.mark.parametrize("kind", kinds_of_the_api(), ids=name_of)
ABSENT = "01234567-89ab-7def-8123-456789abcdef"


@pytest.fixture
def reader(organisation: Organisation) -> Call:
    return caller(organisation)


def address(kind: RecordKind, record: Any = None) -> str:
    return f"/{name_of(kind)}/" + (f"{record.uid}/" if record else "")


def made(kind: RecordKind, count: int = 3) -> list[Any]:
    return [FACTORIES[kind.model]() for _ in range(count)]


def uids(records: list[Any]) -> list[str]:
    return [str(each.uid) for each in records]


def lasting(said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without its moment, which is that of asking while the change is new."""
    return {name: value for name, value in said.items() if name != "updated_at"}


@KINDS
def test_all_records_are_listed_page_by_page_and_each_is_read(kind: RecordKind, reader: Call) -> None:
    made(kind)
    everything = uids(list(kind.standing().order_by("uid")))
    path, found = f"{address(kind)}?page_size=2", []
    while path:
        page = reader("get", path).json()
        found += page["results"]
        path = page["next"]

    assert [each["id"] for each in found] == everything
    assert lasting(reader("get", f"/{name_of(kind)}/{everything[-1]}/").json()) == lasting(found[-1])


@KINDS
def test_members_are_called_as_the_columns_of_the_exchange(kind: RecordKind, reader: Call, tmp_path: Path) -> None:
    (record,) = made(kind, 1)
    said = reader("get", address(kind, record)).json()

    assert list(said) == ["id", "external_id", "updated_at", *(column.name for column in columns_of(kind))]
    assert said["external_id"] == record.external_id
    if kind.exchange in all_tables():
        export_package(tmp_path / "out")
        header = (tmp_path / "out" / kind.exchange.file).read_text("utf-8-sig").splitlines()[0].split(",")
        assert set(header) - {"id"} - set(kind.guarded) >= set(said) - {"id", "external_id", "updated_at"}


@KINDS
def test_another_consortium_finds_none_of_it(kind: RecordKind, other_consortium: Consortium) -> None:
    (record,) = made(kind, 1)
    with in_consortium(other_consortium.pk):
        stranger = caller(OrganisationFactory())

    absent, theirs = (stranger("get", path) for path in (f"/{name_of(kind)}/{ABSENT}/", address(kind, record)))

    assert (absent.status_code, absent.content) == (404, theirs.content)
    assert str(record.uid) not in stranger("get", address(kind)).content.decode()


@KINDS
def test_another_organisation_of_the_consortium_reads_the_same(
    kind: RecordKind, reader: Call, outsider: StaffMember
) -> None:
    (record,) = made(kind, 1)
    other = caller(outsider.organisation)

    theirs, ours = (call("get", address(kind, record)).json() for call in (other, reader))
    assert lasting(theirs) == lasting(ours)


@KINDS
def test_a_key_needs_the_scope_and_only_reads(kind: RecordKind, organisation: Organisation, reader: Call) -> None:
    (record,) = made(kind, 1)
    lacking = caller(organisation, [each for each in Scope.values if each != kind.api])

    for path in (address(kind), address(kind, record)):
        refused = lacking("get", path)
        assert (refused.status_code, refused.json()["scope"]) == (403, kind.api)
        assert Browser().get(f"/api/v1{path}").status_code == 401
        assert reader("post", path, {}).status_code == 405
    for nothing in (ABSENT, "no-id"):
        assert reader("get", f"/{name_of(kind)}/{nothing}/").status_code == 404
    assert reader("get", f"{address(kind)}?updated_since=lately").status_code == 400
    assert reader("get", f"{address(kind)}?colour=red").status_code == 400


@KINDS
def test_more_rows_take_no_more_queries(kind: RecordKind, reader: Call) -> None:
    made(kind, 1)
    counts = []
    for _ in range(2):
        reader("get", address(kind))
        with CaptureQueriesContext(connection) as counted:
            reader("get", address(kind))
        counts.append(len([each for each in counted if "SAVEPOINT" not in each["sql"]]))
        made(kind)

    assert counts[0] == counts[1]
    assert counts[0] <= 15


@KINDS
def test_what_is_removed_is_not_found(kind: RecordKind, reader: Call) -> None:
    record, other = made(kind, 2)
    record.delete()

    assert reader("get", address(kind, record)).status_code == 404
    assert str(other.uid) in reader("get", address(kind)).content.decode()


@KINDS
def test_the_description_and_the_page_name_it(kind: RecordKind) -> None:
    described = Browser().get("/api/v1/schema/").json()
    page = Browser().get("/api/v1/docs/").content.decode()

    assert {f"/{name_of(kind)}/", f"/{name_of(kind)}/{{id}}/"} <= set(described["paths"])
    assert kind.model.__name__ in described["components"]["schemas"]
    assert f"/api/v1/{name_of(kind)}/" in page


def test_what_has_not_changed_answers_304_and_what_has_is_answered(reader: Call) -> None:
    vacancy = VacancyFactory(posts=1)
    path = address(VACANCY, vacancy)
    etag = reader("get", path)["ETag"]

    assert reader("get", path, if_none_match=etag).status_code == 304
    type(vacancy).objects.filter(pk=vacancy.pk).update(posts=7)
    changed = reader("get", path, if_none_match=etag)
    assert (changed.status_code, changed.json()["posts"]) == (200, 7)


def test_only_what_changed_since_is_answered(reader: Call) -> None:
    VacancyFactory.create_batch(3)
    now = timezone.now()
    everything = reader("get", f"/vacancies/?updated_since={(now - timedelta(hours=1)).isoformat()[:19]}Z").json()
    nothing = reader("get", f"/vacancies/?updated_since={(now + timedelta(hours=1)).isoformat()[:19]}Z").json()

    assert len(everything["results"]) == 3
    assert nothing["results"] == []
    newest = max(each["updated_at"] for each in everything["results"])
    assert len(reader("get", f"/vacancies/?updated_since={newest}").json()["results"]) == 3


def test_a_vacancy_says_what_it_is_in_numbers_and_identifiers(reader: Call) -> None:
    employer = EmployerFactory(name="Ashdown Stores")
    agreement = EmployerAgreementFactory(employer=employer)
    VacancyFactory()
    vacancy = VacancyFactory(
        employer=employer, jigs_agreement=agreement, hourly_wage=Decimal("5.73"), hours_per_week=None, closed_on=None
    )

    said = reader("get", address(VACANCY, vacancy)).json()

    assert (said["employer_id"], said["jigs_agreement_id"]) == (str(employer.uid), str(agreement.uid))
    assert (said["hourly_wage"], said["hours_per_week"], said["closed_on"]) == (5.73, None, None)
    assert reader("get", f"/employers/{said['employer_id']}/").json()["name"] == "Ashdown Stores"


def test_an_employer_that_was_merged_is_not_found(reader: Call) -> None:
    stands = EmployerFactory()
    merged = EmployerFactory(merged_into=stands)

    assert reader("get", address(EMPLOYER, merged)).status_code == 404
    assert [each["id"] for each in reader("get", "/employers/").json()["results"]] == [str(stands.uid)]


def test_a_contract_that_not_everybody_sees_is_not_named(reader: Call) -> None:
    contract = ContractFactory()
    course = PreRecruitmentActivityFactory(contract=contract)

    said = reader("get", f"/pre-recruitment/{course.uid}/")

    assert said.status_code == 200
    assert not {"contract_id", "contract"} & set(said.json())
    assert str(contract.uid) not in said.content.decode()


@pytest.mark.parametrize("kind", [JOB, CONTRACT], ids=lambda kind: kind.slug)
def test_what_not_everybody_may_read_cannot_be_declared(kind: RecordKind) -> None:
    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(ValueError, match="no API"):
        declare("caseload", [replace(kind, model=type("Stranger", (), {}), api=Scope.EMPLOYERS_READ)])  # type: ignore[arg-type]


def test_who_makes_a_key_reads_the_scopes_in_words(administrator: StaffMember) -> None:
    page = signed_in(administrator).get(reverse("partners:key-new")).content.decode()

    assert "Read employers, agreements, vacancies, courses and events" in page
    assert "Read centres and priority areas" in page
