"""The states of a referral, through the API."""

from typing import Any

import pytest
from django.utils import timezone

from caseload.models import Client, ClientGroupPermission, ConsentForm, Referral, Share
from caseload.services.merging import merge_clients
from caseload.services.sharing import bring_shares_up_to_date, is_open_to
from partners.enums import Role
from partners.models import Organisation, StaffMember
from tests.caseload.api.conftest import Call, caller
from tests.factories.caseload import ClientFactory, JobFactory
from tests.factories.partners import StaffFactory


@pytest.fixture
def uid(sender: Call, body: dict[str, Any]) -> str:
    return str(sender("post", "/referrals/", body).json()["id"])


def test_the_receiver_takes_a_referral_all_the_way(receiver: Call, uid: str) -> None:
    for step, status, then in [
        ("accept", "accepted", {"start", "return"}),
        ("start", "started", {"complete", "return"}),
        ("complete", "completed", set()),
    ]:
        answer = receiver("post", f"/referrals/{uid}/{step}/", {"reason": f"to {step}"})

        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["status_reason"]) == (status, f"to {step}")
        assert set(answer.json()["links"]) == {"self", "client"} | then


def test_both_ends_see_the_state(sender: Call, receiver: Call, uid: str) -> None:
    receiver("post", f"/referrals/{uid}/decline/", {"reason": "Out of our area"})

    for call in (sender, receiver):
        said = call("get", f"/referrals/{uid}/").json()
        assert (said["status"], said["status_reason"]) == ("declined", "Out of our area")


def test_a_step_that_is_not_allowed_names_those_that_are(receiver: Call, uid: str) -> None:
    answer = receiver("post", f"/referrals/{uid}/complete/", {})

    assert answer.status_code == 409
    assert answer.json()["state"] == "sent"
    assert answer.json()["allowed"] == ["accept", "decline", "withdraw"]


@pytest.mark.parametrize("step", ["accept", "decline", "start", "complete", "return"])
def test_the_sender_does_not_answer(sender: Call, uid: str, step: str) -> None:
    assert sender("post", f"/referrals/{uid}/{step}/", {"reason": "x"}).status_code == 403


def test_the_receiver_does_not_withdraw(receiver: Call, uid: str) -> None:
    assert receiver("post", f"/referrals/{uid}/withdraw/").status_code == 403


def test_the_sender_withdraws_without_a_body(sender: Call, uid: str) -> None:
    assert sender("post", f"/referrals/{uid}/withdraw/").json()["status"] == "withdrawn"


@pytest.mark.parametrize("step", ["decline", "return"])
def test_a_refusal_needs_its_reason(receiver: Call, uid: str, step: str) -> None:
    answer = receiver("post", f"/referrals/{uid}/{step}/", {})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/reason"


def test_an_unknown_step_is_absent(receiver: Call, uid: str) -> None:
    assert receiver("post", f"/referrals/{uid}/explode/", {}).status_code == 404


def test_a_step_takes_no_unknown_members(receiver: Call, uid: str) -> None:
    answer = receiver("post", f"/referrals/{uid}/accept/", {"because": "x"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/because")


def test_accepting_by_a_system_names_no_adviser(receiver: Call, uid: str) -> None:
    receiver("post", f"/referrals/{uid}/accept/")

    assert Client.objects.get().adviser is None


def test_a_stale_copy_is_refused(sender: Call, receiver: Call, uid: str) -> None:
    tag = receiver("get", f"/referrals/{uid}/")["ETag"]
    receiver("post", f"/referrals/{uid}/accept/", if_match=tag)

    answer = receiver("post", f"/referrals/{uid}/start/", if_match=tag)

    assert answer.status_code == 412
    assert Referral.objects.get().status == "accepted"


def test_an_unchanged_copy_is_not_sent_again(receiver: Call, uid: str) -> None:
    tag = receiver("get", f"/referrals/{uid}/")["ETag"]

    answer = receiver("get", f"/referrals/{uid}/", if_none_match=tag)

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_receiver_reads_the_client_while_the_referral_is_open(receiver: Call, uid: str) -> None:
    client = receiver("get", f"/referrals/{uid}/").json()["client"]["id"]
    assert receiver("get", f"/clients/{client}/").json()["nino"] == "QQ123456C"

    receiver("post", f"/referrals/{uid}/decline/", {"reason": "Full"})

    assert receiver("get", f"/clients/{client}/").status_code == 404


def test_what_consent_does_not_cover_is_absent(sender: Call, receiver: Call, body: dict[str, Any]) -> None:
    body["client"]["circumstances"].append({"kind": "status", "code": "offender", "from_date": "2006-10-01"})
    made = sender("post", "/referrals/", body).json()

    shared = receiver("get", f"/clients/{made['client']['id']}/").json()
    own = sender("get", f"/clients/{made['client']['id']}/").json()

    assert "ethnicity" not in shared
    assert "disability" not in shared
    assert [each["code"] for each in shared["circumstances"]] == ["jsa"]
    assert own["ethnicity"] == "asian_indian"
    assert [each["code"] for each in own["circumstances"]] == ["jsa", "offender"]
    assert (own["external_id"], shared["external_id"]) == ("JCP-99812", None)


def test_what_the_form_covers_is_there_at_once(sender: Call, receiver: Call, body: dict[str, Any]) -> None:
    ConsentForm(parts=["ethnicity", "offending"]).save()
    for kind, code in (("status", "offender"), ("benefit", "esa")):
        body["client"]["circumstances"].append({"kind": kind, "code": code, "from_date": "2006-10-01"})
    made = sender("post", "/referrals/", body).json()

    shared = receiver("get", f"/clients/{made['client']['id']}/").json()

    assert (shared["ethnicity"], "disability" in shared) == ("asian_indian", False)
    assert [each["code"] for each in shared["circumstances"]] == ["jsa", "offender"]
    stored = list(Share.objects.values()), list(ClientGroupPermission.objects.order_by("pk").values())
    bring_shares_up_to_date(today=timezone.localdate())
    assert (list(Share.objects.values()), list(ClientGroupPermission.objects.order_by("pk").values())) == stored


def test_a_restricted_person_has_no_name_for_a_system(sender: Call, receiver: Call, uid: str) -> None:
    named = {"id", "external_id", "given_name", "family_name"}
    assert set(receiver("get", f"/referrals/{uid}/").json()["client"]) == named

    Client.objects.update(restricted=True)

    for call in (receiver, sender):
        assert set(call("get", f"/referrals/{uid}/").json()["client"]) == {"id", "external_id"}
        assert "Testperson" not in call("get", "/referrals/").content.decode()


def test_a_merge_shows_the_other_record_to_no_system(
    sender: Call, uid: str, jobcentre: Organisation, city_council: Organisation
) -> None:
    own = Referral.objects.get(uid=uid).client
    survivor = ClientFactory(organisation=city_council)
    merge_clients(survivor, own, by=StaffFactory(organisation=city_council, role=Role.TRACKING_TEAM))
    assert is_open_to(survivor, jobcentre.pk)

    shown = [each["id"] for each in sender("get", "/clients/").json()["results"]]

    assert shown == [str(own.uid)]
    assert sender("get", f"/clients/{survivor.uid}/").status_code == 404


def test_a_sender_reads_its_own_record_of_a_person_known_elsewhere(
    sender: Call, receiver: Call, body: dict[str, Any], outsider: StaffMember
) -> None:
    theirs = caller(outsider.organisation)
    body["client"]["nino"] = "AB123456C"
    known = theirs("post", "/referrals/", body | {"external_id": "T1"}).json()["client"]["id"]
    body["client"] |= {"postcode": "LE1 1AA", "external_id": "C2", "given_name": "Samantha"}

    mine = sender("post", "/referrals/", body).json()["client"]["id"]

    assert mine != known
    assert sender("get", f"/clients/{known}/").status_code == 404
    own = sender("get", f"/clients/{mine}/").json()
    assert (own["given_name"], [each["postcode"] for each in own["addresses"]]) == ("Samantha", ["LE1 1AA"])
    received = {each["client"]["id"] for each in receiver("get", "/referrals/").json()["results"]}
    assert received == {known}
    pooled = receiver("get", f"/clients/{known}/").json()
    assert [each["postcode"] for each in pooled["addresses"]] == ["LE5 3GH", "LE1 1AA"]


def test_events_are_recorded_by_the_organisation_that_holds_the_referral(
    sender: Call, receiver: Call, uid: str
) -> None:
    client = receiver("get", f"/referrals/{uid}/").json()["client"]["id"]
    event = {"type": "stage_event", "stage": "assessed", "occurred_on": "2007-06-01", "external_id": "E1"}
    assert receiver("post", f"/clients/{client}/events/", event).status_code == 403
    receiver("post", f"/referrals/{uid}/accept/")

    first = receiver("post", f"/clients/{client}/events/", event)
    again = receiver("post", f"/clients/{client}/events/", event)
    other = receiver("post", f"/clients/{client}/events/", event | {"stage": "engaged"})
    not_theirs = sender("post", f"/clients/{client}/events/", event)

    assert (first.status_code, again.status_code, other.status_code, not_theirs.status_code) == (201, 200, 409, 403)
    assert first.json() == again.json()
    stage = Client.objects.get().stage_events.get()
    assert (stage.stage, str(stage.uid), stage.organisation.external_id) == (
        "assessed",
        first.json()["id"],
        "employment-support-unit",
    )


def test_a_check_before_its_weeks_are_over_is_refused_with_the_day_it_can_be_recorded(receiver: Call, uid: str) -> None:
    client = receiver("get", f"/referrals/{uid}/").json()["client"]["id"]
    receiver("post", f"/referrals/{uid}/accept/")
    job = JobFactory(client=Client.objects.get())
    check = {"type": "employment_check", "job_id": str(job.uid), "week": 13, "in_work": True, "evidence": "payslip"}

    early = receiver("post", f"/clients/{client}/events/", check | {"checked_on": "2007-08-12"})
    made = receiver("post", f"/clients/{client}/events/", check | {"checked_on": "2007-08-13"})

    assert (early.status_code, made.status_code) == (400, 201)
    (error,) = early.json()["errors"]
    assert error["pointer"] == "/checked_on"
    assert "from 13 August 2007" in error["detail"]


def test_wrong_events_are_named(receiver: Call, uid: str, organisation: Organisation) -> None:
    client = receiver("get", f"/referrals/{uid}/").json()["client"]["id"]
    receiver("post", f"/referrals/{uid}/accept/")

    for event, wrong in [
        ({"type": "party"}, {"/type"}),
        ({"type": "activity", "kind": "x", "occurred_on": "2007-06-01"}, {"/kind"}),
        ({"type": "stage_event", "stage": "assessed", "occurred_on": "1950-06-01"}, {"/occurred_on"}),
        (
            {"type": "employment_check", "job_id": "x", "week": 14, "in_work": 1, "checked_on": None, "evidence": "x"},
            {"/job_id", "/week", "/in_work", "/checked_on", "/evidence"},
        ),
    ]:
        answer = receiver("post", f"/clients/{client}/events/", event)
        assert answer.status_code == 400
        assert {error["pointer"] for error in answer.json()["errors"]} == wrong
