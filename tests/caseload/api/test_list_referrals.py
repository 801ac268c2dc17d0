"""GET /referrals/ and POST /referrals/bulk/."""

import copy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caseload.models import Client, Referral
from partners.models import AccessEntry, Organisation
from tests.caseload.api.conftest import Call
from tests.factories.caseload import ReferralFactory


@pytest.fixture
def five(jobcentre: Organisation, organisation: Organisation) -> list[str]:
    made = [
        ReferralFactory(
            from_organisation=jobcentre, to_organisation=organisation, client__organisation=jobcentre, status=status
        )
        for status in ("sent", "accepted", "declined", "sent", "completed")
    ]
    return [str(each.uid) for each in made]


def walk(call: Call, path: str, way: str = "next") -> list[list[str]]:
    pages = []
    while path:
        answer = call("get", path).json()
        pages.append([each["id"] for each in answer["results"]])
        path = answer[way]
    return pages


def test_pages_follow_each_other(sender: Call, five: list[str]) -> None:
    assert walk(sender, "/referrals/?page_size=2") == [five[:2], five[2:4], five[4:]]


def test_pages_lead_back(sender: Call, five: list[str]) -> None:
    second = sender("get", sender("get", "/referrals/?page_size=2").json()["next"]).json()
    third = sender("get", second["next"]).json()

    back = sender("get", third["previous"]).json()

    assert back["results"] == second["results"]
    assert sender("get", back["previous"]).json()["previous"] is None


def test_a_page_is_stable_when_rows_come_meanwhile(sender: Call, five: list[str], jobcentre: Organisation) -> None:
    first = sender("get", "/referrals/?page_size=2").json()
    new = ReferralFactory(from_organisation=jobcentre, client__organisation=jobcentre)

    rest = walk(sender, first["next"])

    assert [uid for page in rest for uid in page] == [*five[2:], str(new.uid)]


def test_filters_hold_on_every_page(sender: Call, receiver: Call, five: list[str]) -> None:
    assert walk(sender, "/referrals/?status=sent&page_size=1") == [[five[0]], [five[3]]]
    assert walk(sender, "/referrals/?status=sent,accepted") == [[five[0], five[1], five[3]]]
    assert walk(sender, "/referrals/?direction=received") == [[]]
    assert walk(receiver, "/referrals/?direction=received") == [five]


def test_updated_since_takes_what_the_api_gave(sender: Call, five: list[str]) -> None:
    third = sender("get", f"/referrals/{five[2]}/").json()["updated_at"]

    assert walk(sender, f"/referrals/?updated_since={third}") == [five[2:]]
    assert walk(sender, "/referrals/?updated_since=2100-01-01T00:00:00%2B01:00") == [[]]


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "direction=up",
        "updated_since=yesterday",
        "updated_since=2007-05-14",
        "updated_since=2007-99-14T00:00:00Z",
        "cursor=nonsense",
        "cursor=WzAsIngiLCJ5Il0=",
        "cursor=WzAsIjIwMDctMDUtMTRUMDA6MDA6MDArMDA6MDAiLCJ5Il0=",
        "page_size=0",
        "page_size=201",
        "page_size=x",
        "status=%00",
    ],
)
def test_a_wrong_parameter_is_named(sender: Call, query: str) -> None:
    answer = sender("get", f"/referrals/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


def test_the_list_costs_the_same_for_one_and_for_three(
    sender: Call, jobcentre: Organisation, organisation: Organisation
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            sender("get", "/referrals/")
        return len(queries)

    sender("get", "/referrals/")
    for _ in range(1):
        ReferralFactory(from_organisation=jobcentre, to_organisation=organisation, client__organisation=jobcentre)
    one = cost()
    for _ in range(2):
        ReferralFactory(from_organisation=jobcentre, to_organisation=organisation, client__organisation=jobcentre)

    assert cost() == one == 9


def test_whom_a_list_showed_is_on_the_trail(sender: Call, five: list[str]) -> None:
    answer = sender("get", "/referrals/?page_size=3").json()

    (look,) = AccessEntry.objects.all()
    shown = Client.objects.filter(uid__in=[each["client"]["id"] for each in answer["results"]])
    assert look.subject_ids == sorted(shown.values_list("pk", flat=True))
    assert len(look.subject_ids) == 3


def in_bulk(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return copy.deepcopy(body) | changes


def test_each_of_a_bulk_stands_alone(sender: Call, body: dict[str, Any]) -> None:
    new = in_bulk(body, external_id="R4")
    no_consent, wrong = in_bulk(body, external_id="R2", consent=None), in_bulk(body, external_id="R3", urgent=3)
    other = in_bulk(body, reason="other")

    answer = sender(
        "post",
        "/referrals/bulk/",
        {"referrals": [body, no_consent, wrong, body, other, "x", new]},
    )

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [each["status"] for each in results] == [201, 422, 400, 200, 409, 400, 201]
    assert results[2]["problem"]["errors"] == [{"pointer": "/urgent", "detail": "Send true or false."}]
    assert results[0]["referral"] == results[3]["referral"]
    assert Referral.objects.count() == 2
    assert Client.objects.count() == 1


def test_a_bulk_again_makes_nothing_new(sender: Call, body: dict[str, Any]) -> None:
    del body["external_id"]
    bulk = {"referrals": [body, in_bulk(body, urgent=True)]}

    first = sender("post", "/referrals/bulk/", bulk, idempotency_key="monday")
    again = sender("post", "/referrals/bulk/", bulk, idempotency_key="monday")

    assert [each["status"] for each in again.json()["results"]] == [200, 200]
    assert [each["referral"]["id"] for each in first.json()["results"]] == [
        each["referral"]["id"] for each in again.json()["results"]
    ]


@pytest.mark.parametrize("wrong", [[], {}, {"referrals": {}}, {"referrals": [], "more": 1}, {"referrals": [1] * 1001}])
def test_what_is_no_bulk_is_refused(sender: Call, wrong: Any) -> None:
    assert sender("post", "/referrals/bulk/", wrong).status_code == 400
