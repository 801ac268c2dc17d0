"""What is done with ticked rows of the caseload list."""

from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from caseload.models import Client
from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory
from tests.factories.partners import StaffFactory

BACK = "/caseload/?whose=organisation&page=2"


@pytest.fixture
def colleague(adviser: StaffMember) -> StaffMember:
    return StaffFactory(organisation=adviser.organisation, role="adviser", name="Carol Colleague")


@pytest.fixture
def pair(adviser: StaffMember) -> list[Client]:
    return ClientFactory.create_batch(2, organisation=adviser.organisation, adviser=adviser)


def of(clients: list[Client], **more: str) -> dict[str, Any]:
    return {"chosen": [str(client.uid) for client in clients], **more}


def address(name: str, clients: list[Client]) -> str:
    return reverse(name, query=of(clients, back=BACK))


def test_the_list_offers_what_the_reader_may_do(
    pair: list[Client], adviser: StaffMember, monitoring_officer: StaffMember
) -> None:
    own = signed_in(adviser).get(reverse("caseload:caseload")).content.decode()
    reader = signed_in(monitoring_officer).get(reverse("caseload:caseload")).content.decode()

    assert reverse("caseload:reassign") in own
    assert reverse("caseload:reassign") not in reader
    assert reverse("caseload:ticked") in reader


def test_the_file_holds_the_ticked_alone_and_is_written_down(pair: list[Client], adviser: StaffMember) -> None:
    ClientFactory(organisation=adviser.organisation, adviser=adviser)

    response = signed_in(adviser).get(reverse("caseload:ticked"), of(pair, export="csv"))

    assert len(response.content.decode("utf-8-sig").splitlines()) == 3
    exported = AccessEntry.objects.filter(action=AccessAction.EXPORTED, subject_id__isnull=False)
    assert set(exported.values_list("subject_id", flat=True)) == {client.pk for client in pair}


def test_a_strangers_client_named_in_the_address_is_passed_over(
    pair: list[Client], adviser: StaffMember, outsider: StaffMember
) -> None:
    hidden = ClientFactory(family_name="Hidden", organisation=outsider.organisation)

    for name in ("caseload:ticked", "caseload:reassign"):
        text = signed_in(adviser).get(reverse(name), of([*pair, hidden])).content.decode()
        assert pair[0].family_name in text
        assert "Hidden" not in text


def test_words_that_are_no_reference_are_passed_over(adviser: StaffMember) -> None:
    text = signed_in(adviser).get(reverse("caseload:ticked"), {"chosen": "x", "export": "csv"}).content.decode()

    assert "No client is ticked." in text


def test_the_ticked_get_another_adviser_and_back(
    pair: list[Client], adviser: StaffMember, colleague: StaffMember
) -> None:
    browser = signed_in(adviser)
    page = browser.get(address("caseload:reassign", pair)).content.decode()
    assert "Change the adviser of 2 clients" in page

    response = browser.post(address("caseload:reassign", pair), {"adviser": colleague.uid, "on": "today"}, follow=True)

    assert response.redirect_chain == [(BACK, 302)]
    assert "Carol Colleague is the adviser of 2 clients" in response.content.decode()
    assert set(Client.objects.values_list("adviser", flat=True)) == {colleague.pk}

    response = browser.post(reverse("caseload:reassign-undo"), follow=True)

    assert "2 clients went back to the adviser before." in response.content.decode()
    assert set(Client.objects.values_list("adviser", flat=True)) == {adviser.pk}

    assert "nothing to undo" in browser.post(reverse("caseload:reassign-undo"), follow=True).content.decode()


def test_a_day_ahead_is_refused_beside_its_field(
    pair: list[Client], adviser: StaffMember, colleague: StaffMember
) -> None:
    response = signed_in(adviser).post(address("caseload:reassign", pair), {"adviser": colleague.uid, "on": "1/1/2099"})

    assert response.context["form"].errors.keys() == {"on"}
    assert set(Client.objects.values_list("adviser", flat=True)) == {adviser.pk}


def test_who_only_reads_is_refused(pair: list[Client], monitoring_officer: StaffMember) -> None:
    browser = signed_in(monitoring_officer)

    assert browser.get(address("caseload:reassign", pair)).status_code == 403
    assert browser.post(reverse("caseload:reassign-undo")).status_code == 403


def test_the_way_back_never_leads_elsewhere(pair: list[Client], adviser: StaffMember) -> None:
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        page = signed_in(adviser).get(reverse("caseload:ticked"), of(pair, back=wanted))
        assert page.context["back"] == reverse("caseload:caseload")


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_ask_the_same_for_one_and_for_three(
    adviser: StaffMember, number: int, django_assert_max_num_queries: Any
) -> None:
    clients = ClientFactory.create_batch(number, organisation=adviser.organisation, adviser=adviser)
    browser = signed_in(adviser)

    with django_assert_max_num_queries(30) as counted:
        browser.get(address("caseload:reassign", clients))

    asked = [q["sql"] for q in counted.captured_queries if 'FROM "caseload_' in q["sql"] or "staffmember" in q["sql"]]
    assert len(asked) == 4


def test_each_change_of_a_bulk_act_names_who_did_it_in_which_request(
    pair: list[Client], adviser: StaffMember, colleague: StaffMember
) -> None:
    answer = signed_in(adviser).post(address("caseload:reassign", pair), {"adviser": colleague.uid, "on": "today"})

    history = apps.get_model("caseload", "ClientHistory").objects.filter(adviser=colleague.pk)
    changed = {line.pgh_obj_id: line.pgh_context for line in history}
    assert set(changed) == {client.pk for client in pair}
    for context in changed.values():
        assert (context["staff"], context["request"]) == (adviser.pk, answer.headers["X-Request-Id"])


def test_looking_at_the_ticked_to_print_them_is_a_look_at_each(pair: list[Client], adviser: StaffMember) -> None:
    answer = signed_in(adviser).get(reverse("caseload:ticked"), of(pair))

    (look,) = AccessEntry.objects.filter(action=AccessAction.LISTED, request_id=answer.headers["X-Request-Id"])
    assert look.subject_ids == sorted(client.pk for client in pair)
    assert look.purpose == "Looking at ticked clients, or printing them"
