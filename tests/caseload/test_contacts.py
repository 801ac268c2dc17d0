"""A contact has a result, and only one that reached the client stops the clock, wherever it is shown."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Activity, Client, ClientSummary
from caseload.queries.caseload import lines_of
from caseload.queries.worklist import needs_of
from caseload.services import journey
from caseload.services.upkeep import let_a_day_pass
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.frame.tags import on
from tests.conftest import signed_in
from tests.factories.caseload import ActivityFactory, ClientFactory


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


@pytest.fixture
def clients(adviser: StaffMember) -> list[Client]:
    return [
        ClientFactory(organisation=adviser.organisation, adviser=adviser, registered_on=days(-90)) for _ in range(2)
    ]


def reasons_of(client: Client) -> list[tuple[str, str]]:
    return [(need.reason, need.about) for need in needs_of([client], today=timezone.localdate())]


@pytest.mark.parametrize("result", ["no_answer", "left_message", "sent", "did_not_attend", "cancelled", "wrong_number"])
def test_what_did_not_reach_the_client_does_not_stop_the_clock(
    clients: list[Client], adviser: StaffMember, result: str
) -> None:
    tried, reached = clients
    for client in clients:
        ActivityFactory(client=client, kind="contact", occurred_on=days(-60))
    journey.record_activity(tried, kind="contact", occurred_on=days(-1), by=adviser, result=result)
    journey.record_activity(tried, kind="contact", occurred_on=days(0), by=adviser, result=result)
    journey.record_activity(reached, kind="contact", occurred_on=days(0), by=adviser, result="reached")

    lines = lines_of(clients, today=timezone.localdate())
    assert [(lines[each.pk].last_contact, lines[each.pk].tries) for each in clients] == [(days(-60), 2), (days(0), 0)]
    assert reasons_of(tried) == [("contact", f"{days(-60)} 2")]
    assert reasons_of(reached) == []


def test_a_record_without_a_result_reached_the_client(clients: list[Client]) -> None:
    ActivityFactory(client=clients[0], kind="contact", occurred_on=days(-3))

    assert ClientSummary.objects.get(client=clients[0]).last_contact_on == days(-3)
    assert ClientSummary.objects.get(client=clients[1]).last_contact_on is None


def test_correcting_the_result_moves_the_clock(clients: list[Client], adviser: StaffMember) -> None:
    client = clients[0]
    activity = journey.record_activity(client, kind="contact", occurred_on=days(-2), by=adviser)

    journey.correct_entry(activity, version=1, values={"result": "no_answer"}, by=adviser)

    summary = ClientSummary.objects.get(client=client)
    assert (summary.last_contact_on, summary.tries, summary.tried_on) == (None, 1, days(-2))


def test_an_appointment_is_no_contact_until_somebody_says_what_came_of_it(
    clients: list[Client], adviser: StaffMember
) -> None:
    for client in clients:
        appointment = journey.record_activity(client, kind="appointment", occurred_on=days(1), by=adviser)
        Activity.objects.filter(pk=appointment.pk).update(
            occurred_on=days(-1), recorded_at=timezone.now() - dt.timedelta(3)
        )
    let_a_day_pass(today=timezone.localdate())
    asked = reasons_of(clients[0])
    entry = Activity.objects.get(client=clients[0])
    journey.correct_entry(entry, version=1, values={"result": "reached"}, by=adviser)

    assert [reason for reason, _ in asked] == ["contact", "appointment"]
    assert reasons_of(clients[0]) == []
    last = dict(ClientSummary.objects.values_list("client", "last_contact_on"))
    assert last == {clients[0].pk: days(-1), clients[1].pk: None}


def test_the_next_contact_is_due_until_somebody_tries(clients: list[Client], adviser: StaffMember) -> None:
    for client in clients:
        ActivityFactory(client=client, kind="contact", occurred_on=days(-5))
        journey.record_activity(
            client, kind="contact", occurred_on=days(-3), by=adviser, result="no_answer", next_on=days(2), note="again"
        )

    journey.record_activity(clients[1], kind="contact", occurred_on=days(-1), by=adviser, result="left_message")

    assert reasons_of(clients[0]) == [("next", "again")]
    assert reasons_of(clients[1]) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "appointment", "occurred_on": days(1), "result": "reached"}, "result"),
        ({"kind": "centre_visit", "occurred_on": days(0), "result": "did_not_attend"}, "result"),
        ({"kind": "contact", "occurred_on": days(0), "next_on": days(-1)}, "next_on"),
        ({"kind": "contact", "occurred_on": days(0), "length_minutes": 1441}, "length_minutes"),
        ({"kind": "contact", "occurred_on": days(0), "channel": "pigeon"}, "channel"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    clients: list[Client], adviser: StaffMember, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(CaseloadError) as refusal:
        journey.record_activity(clients[0], by=adviser, **said)

    assert list(refusal.value.fields) == [field]
    assert not Activity.objects.exists()


def test_the_form_says_how_and_with_what_result(clients: list[Client], adviser: StaffMember) -> None:
    client = clients[0]
    browser, address = signed_in(adviser), reverse("caseload:add", args=[client.uid, "activity"])
    offered = browser.get(address).context["form"]
    first = {name: offered[name].value() for name in ("channel", "result")}

    browser.post(
        address,
        {
            "kind": "contact",
            "channel": "call",
            "result": "no_answer",
            "occurred_on": "today",
            "length_minutes": "5",
            "next_on": "tomorrow",
        },
    )

    page = browser.get(reverse("caseload:client", args=[client.uid])).content.decode()
    assert first == {"channel": "call", "result": "reached"}
    assert "Contact, phone call, no answer" in page
    assert f"Not reached yet (1 try on {on(days(0))})" in page


def test_the_list_says_how_often_somebody_tried(clients: list[Client], adviser: StaffMember) -> None:
    for number in (1, 2):
        journey.record_activity(clients[0], kind="contact", occurred_on=days(-number), by=adviser, result="no_answer")

    listed = signed_in(adviser).get(reverse("caseload:caseload")).content.decode()

    assert listed.count("2 tries since") == 1
