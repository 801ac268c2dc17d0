"""The audit trail as the data lead reads it."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commissioning.kinds.funding_stream import KIND as STREAM
from partners.enums import Role
from partners.models import AccessEntry, ApiKey, BackgroundJob, Consortium, Organisation, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.records.keeping import keeper_of
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.factories.caseload import ActivityFactory, ClientFactory
from tests.factories.commissioning import ContractFactory, FundingStreamFactory
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.fixture
def key(organisation: Organisation) -> tuple[ApiKey, str]:
    return create_key(organisation, label="Case system", scopes=["clients:read", "referrals:write"])


def read(administrator: StaffMember, page: str, **filters: object) -> str:
    return signed_in(administrator).get(f"/admin/audit/{page}", filters).content.decode()


def test_what_a_key_saw_names_the_key(
    key: tuple[ApiKey, str], administrator: StaffMember, organisation: Organisation
) -> None:
    ClientFactory(organisation=organisation)
    Browser().get("/api/v1/clients/", headers={"Authorization": f"Bearer {key[1]}"})

    page = read(administrator, "", key=key[0].uid)

    assert "Key “Case system” of Employment Support Unit" in page
    assert "Viewed" in page


def test_what_a_key_changed_names_the_key(
    key: tuple[ApiKey, str], administrator: StaffMember, city_council: Organisation
) -> None:
    client = {"given_name": "Sam", "family_name": "Testperson", "date_of_birth": "1979-02-03"}
    answer = Browser().post(
        "/api/v1/referrals/",
        {
            "to_organisation": "city-council",
            "made_on": "2007-05-14",
            "client": client,
            "consent": {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper"},
        },
        content_type="application/json",
        headers={"Authorization": f"Bearer {key[1]}"},
    )
    assert answer.status_code == 201, answer.content

    page = read(administrator, "changes/", kind="caseload.client", key=key[0].uid)

    assert "Key “Case system” of Employment Support Unit" in page


def test_the_trail_is_narrowed_to_one_request(scope: Consortium, administrator: StaffMember) -> None:
    for request_id in ("first", "second"):
        AccessEntry(
            action="viewed", subject="caseload.client", request_id=request_id, purpose=f"For {request_id}"
        ).save()

    page = read(administrator, "", request="second")

    assert "For second" in page
    assert "For first" not in page


def test_changes_are_narrowed_to_one_request(administrator: StaffMember) -> None:
    browser = signed_in(administrator)
    answers = [browser.post("/organisations/new/", {"name": name, "type": "other"}) for name in ("One", "Two")]
    second = Organisation.objects.get(name="Two")

    page = read(administrator, "changes/", kind="partners.organisation", request=answers[1]["X-Request-Id"])

    assert second.external_id in page
    assert Organisation.objects.get(name="One").external_id not in page


def test_what_was_looked_at_is_named_by_its_reference_with_the_ground(
    adviser: StaffMember, administrator: StaffMember, organisation: Organisation
) -> None:
    client = ClientFactory(organisation=organisation, external_id="C-00123")
    signed_in(adviser).get(f"/caseload/clients/{client.uid}/")

    page = read(administrator, "", kind="caseload.client")
    file = read(administrator, "", kind="caseload.client", export="csv")

    for shown in (page, file):
        assert "C-00123" in shown
        assert "Work with the organisation" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_trail_asks_the_same_questions_for_one_and_for_three(
    administrator: StaffMember, count: int, django_assert_num_queries: Any
) -> None:
    for client in ClientFactory.create_batch(count):
        AccessEntry(action="viewed", subject="caseload.client", subject_id=client.pk).save()
    browser = signed_in(administrator)

    with django_assert_num_queries(QUERIES):
        browser.get("/admin/audit/")


def test_what_background_work_changes_is_its_askers_doing(
    administrator: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(job: BackgroundJob, tell: jobs.Tell) -> None:
        OrganisationFactory(name="Made by the job")

    monkeypatch.setitem(jobs._kinds, "test", work)
    job = jobs.ask("test", title="A test", payload={}, by=administrator)

    jobs.run(job.consortium_id, job.pk)

    made = Organisation.pgh_event_models["insert"].objects.get(name="Made by the job")
    assert made.pgh_context == {"staff": administrator.pk, "job": str(job.uid)}


def test_the_page_of_a_record_tells_the_data_lead_who_looked(
    administrator: StaffMember, organisation: Organisation, city_council: Organisation
) -> None:
    activity = ActivityFactory(organisation=organisation)
    auditor = signed_in(StaffFactory(organisation=city_council, role=Role.AUDITOR, name="Olive Auditor"))
    page = auditor.get(f"/caseload/records/activities/{activity.uid}/").content.decode()
    where = f"/admin/audit/looked/caseload.activity/{activity.uid}/"

    assert f'hx-get="{where}"' in page
    assert "Olive Auditor" in signed_in(administrator).get(where).content.decode()


QUERIES = 17  # four of them are savepoints where a request has transactions


def test_a_change_leads_to_the_history_of_its_record_where_its_reader_may_open_it(
    city_council: Organisation, administrator: StaffMember
) -> None:
    ContractFactory()
    contract, gone = ContractFactory(), FundingStreamFactory()
    keeper_of(STREAM).remove(
        gone, reason="Twice", version=1, by=StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    )
    auditor = signed_in(StaffFactory(organisation=city_council, role=Role.AUDITOR))
    page = reverse("partners:audit-changes")
    history = {
        each: reverse("commissioning:record-history", args=[slug, each.uid])
        for slug, each in (("contracts", contract), ("streams", gone))
    }

    shown = auditor.get(page, {"kind": "commissioning.contract"}).content.decode()
    removed = auditor.get(page, {"kind": "commissioning.fundingstream"}).content.decode()
    closed = signed_in(administrator).get(page, {"kind": "commissioning.contract"}).content.decode()

    assert f'href="{history[contract]}"' in shown
    assert f'href="{history[gone]}"' in removed
    assert auditor.get(history[gone]).status_code == 200
    assert history[contract] not in closed
