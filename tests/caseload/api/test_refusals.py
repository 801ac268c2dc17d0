"""Whatever refuses inside an API action, the caller gets a problem that says it, and nothing is stored."""

from typing import Any
from unittest.mock import patch

import pytest

from caseload.api.urls import urlpatterns
from caseload.models import Client, Referral
from caseload.services.referrals import accept_referral
from partners.errors import WHOLE, CaseloadError
from partners.models import ApiKey, Organisation
from partners.platform.api.base import PartnerView
from partners.platform.records.changing import keep
from tests.caseload.api.conftest import Call

# What an action asks first of the rest of the system, by the name of its address and its method.
ASKED = {
    "referrals GET": "caseload.api.referrals.referrals_of",
    "referrals POST": "caseload.api.referrals.receive_referral",
    "referrals-bulk POST": "caseload.api.referrals.receive_referral",
    "referral GET": "caseload.api.referrals.referrals_of",
    "referral-step POST": "caseload.services.referrals.bring_shares_up_to_date",
    "clients GET": "caseload.api.clients.clients_of",
    "client GET": "caseload.api.clients.clients_of",
    "client-events POST": "caseload.services.partner_events.record_activity",
}
TWO_FIELDS = {"occurred_on": ["Enter an earlier day."], "kind": ["Choose a kind.", "Choose one that is used here."]}


def test_every_action_is_tried_here() -> None:
    views = {each.name: each.callback.cls for each in urlpatterns if hasattr(getattr(each, "callback", None), "cls")}
    theirs = {name: view for name, view in views.items() if issubclass(view, PartnerView) and view.scopes}
    assert set(ASKED) == {f"{name} {method}" for name, view in theirs.items() for method in view.scopes}


@pytest.fixture
def called(sender: Call, receiver: Call, organisation: Organisation, body: dict[str, Any]) -> dict[str, Any]:
    """Return a call of every action that is well formed; two referrals are there, one is accepted."""
    other = body | {"external_id": "JCP-2", "client": body["client"] | {"external_id": "JCP-3", "nino": ""}}
    sent = [str(sender("post", "/referrals/", each).json()["id"]) for each in (body, other)]
    accept_referral(Referral.objects.get(uid=sent[0]), by=ApiKey.objects.get(organisation=organisation), on=_day())
    client = Client.objects.filter(referrals__uid=sent[0]).get().uid
    third = body | {"external_id": "JCP-4", "client": body["client"] | {"external_id": "JCP-5"}}
    event = {"type": "activity", "kind": "contact", "occurred_on": "2007-06-01"}
    return {
        "referrals GET": lambda: sender("get", "/referrals/"),
        "referrals POST": lambda: sender("post", "/referrals/", third),
        "referrals-bulk POST": lambda: sender("post", "/referrals/bulk/", {"referrals": [third]}),
        "referral GET": lambda: sender("get", f"/referrals/{sent[0]}/"),
        "referral-step POST": lambda: receiver("post", f"/referrals/{sent[1]}/accept/"),
        "clients GET": lambda: receiver("get", "/clients/"),
        "client GET": lambda: receiver("get", f"/clients/{client}/"),
        "client-events POST": lambda: receiver("post", f"/clients/{client}/events/", event),
    }


def _day() -> Any:
    return Referral.objects.latest("pk").made_on


@pytest.mark.parametrize("action", ASKED)
def test_a_refusal_within_an_action_is_a_problem_with_its_sentences(called: dict[str, Any], action: str) -> None:
    before = list(Referral.objects.order_by("pk").values_list("uid", "status"))
    with patch(ASKED[action], side_effect=CaseloadError(fields=TWO_FIELDS)):
        several = _problem(called[action]())
    with patch(ASKED[action], side_effect=CaseloadError("Ask the other organisation first.")):
        whole = _problem(called[action]())

    assert (several["status"], several["code"], several["detail"]) == (
        400,
        "refused",
        "3 fields are wrong: see errors.",
    )
    assert several["errors"] == [
        {"pointer": "/occurred_on", "detail": "Enter an earlier day."},
        {"pointer": "/kind", "detail": "Choose a kind."},
        {"pointer": "/kind", "detail": "Choose one that is used here."},
    ]
    assert (whole["status"], whole["detail"]) == (400, "Ask the other organisation first.")
    assert "errors" not in whole
    assert list(Referral.objects.order_by("pk").values_list("uid", "status")) == before


@pytest.mark.parametrize("action", ["referral-step POST", "client-events POST", "referrals POST"])
def test_a_record_that_breaks_its_tables_rules_is_a_problem_too(called: dict[str, Any], action: str) -> None:
    def keep_wrong(*args: object, **kwargs: object) -> None:
        keep(Client(given_name="", family_name="Testperson"))

    with patch(ASKED[action], side_effect=keep_wrong):
        said = _problem(called[action]())

    assert said["status"] == 400
    assert {"/given_name", "/registered_on"} <= {each["pointer"] for each in said["errors"]}


def test_a_rule_about_the_whole_stands_beside_the_fields_with_an_empty_pointer(called: dict[str, Any]) -> None:
    refusal = CaseloadError(fields={WHOLE: ["These don't go together."], "kind": ["Choose another."]})
    with patch(ASKED["client-events POST"], side_effect=refusal):
        said = _problem(called["client-events POST"]())

    assert [each["pointer"] for each in said["errors"]] == ["", "/kind"]


def _problem(answer: Any) -> dict[str, Any]:
    """Return the problem that an answer is, or that the one result of a bulk holds."""
    said: dict[str, Any] = answer.json()
    if "results" in said:
        (result,) = said["results"]
        return dict(result["problem"])
    assert answer.headers["Content-Type"] == "application/problem+json"
    return said
