"""The same fact from a partner's system: it is stored, and the caller is told what it looks like."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from caseload.models import Activity, Client, EmploymentCheck, Referral, StageEvent
from caseload.services.sharing import bring_shares_up_to_date
from partners.models import Organisation
from tests.caseload.api.conftest import Call, caller
from tests.factories import caseload as make
from tests.factories.partners import OrganisationFactory


@pytest.fixture
def clients(organisation: Organisation) -> list[Client]:
    """Two clients of another organisation whose referrals this one accepted."""
    made = []
    for _ in range(2):
        client = make.ClientFactory(organisation=OrganisationFactory())
        make.ConsentFactory(client=client)
        make.ReferralFactory(client=client, to_organisation=organisation, status="accepted")
        made.append(client)
    bring_shares_up_to_date(today=timezone.localdate())
    return made


def test_events_that_look_alike_are_stored_and_named(receiver: Call, clients: list[Client]) -> None:
    client, other = clients
    job, another = (make.JobFactory(client=each, started_on=dt.date(2026, 1, 5)) for each in clients)
    events: list[dict[str, Any]] = [
        {"type": "stage_event", "stage": "engaged", "occurred_on": "2026-05-14", "note": ""},
        {"type": "activity", "kind": "contact", "occurred_on": "2026-05-14", "note": "Rang"},
        {"type": "employment_check", "job_id": str(job.uid), "week": 13, "checked_on": "2026-05-14", "in_work": True}
        | {"evidence": "none"},
    ]
    for event in events:
        theirs = {**event, **({"job_id": str(another.uid)} if "job_id" in event else {})}
        receiver("post", f"/clients/{other.uid}/events/", theirs)
        first = receiver("post", f"/clients/{client.uid}/events/", event)
        second = receiver("post", f"/clients/{client.uid}/events/", event | {"external_id": event["type"]})
        again = receiver("post", f"/clients/{client.uid}/events/", event | {"external_id": event["type"]})

        assert (first.status_code, first.json()["warnings"]) == (201, [])
        assert second.status_code == 201
        (warning,) = second.json()["warnings"]
        assert warning["looks_like"] == {"kind": event["type"], "id": first.json()["id"]}
        assert warning["detail"].startswith("This looks like the ")
        assert (again.status_code, again.json()["warnings"]) == (200, [warning])
    assert [model.objects.count() for model in (StageEvent, Activity, EmploymentCheck)] == [3, 3, 3]


def test_before_accepting_a_receivers_system_records_nothing(receiver: Call, organisation: Organisation) -> None:
    client = make.ClientFactory(organisation=OrganisationFactory())
    make.ConsentFactory(client=client)
    make.ReferralFactory(client=client, to_organisation=organisation, status="sent")
    bring_shares_up_to_date(today=timezone.localdate())

    answer = receiver(
        "post", f"/clients/{client.uid}/events/", {"type": "activity", "kind": "contact", "occurred_on": "2026-05-14"}
    )

    assert (answer.status_code, Activity.objects.count()) == (403, 0)


def test_the_same_referral_again_is_named_to_its_sender_alone(
    sender: Call, body: dict[str, Any], organisation: Organisation
) -> None:
    first = sender("post", "/referrals/", body)
    other = caller(OrganisationFactory())("post", "/referrals/", body)
    second = sender("post", "/referrals/", body | {"external_id": "JCP-again"})

    assert [each.status_code for each in (first, other, second)] == [201, 201, 201]
    (warning,) = [each for each in second.json()["warnings"] if "looks_like" in each]
    assert warning["looks_like"] == {"kind": "referral", "id": first.json()["id"]}
    assert not [each for each in other.json()["warnings"] if "looks_like" in each]
    assert Referral.objects.count() == 3
