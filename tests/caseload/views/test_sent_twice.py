"""A form that is sent twice is stored once: a double click, a lost answer, a page loaded again."""

import re
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse

from caseload.models import Activity, Client
from partners.enums import Role
from partners.models import StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.caseload.api.test_at_once import at_once
from tests.caseload.views.test_register import TYPED
from tests.conftest import signed_in
from tests.factories.caseload import ActivityFactory, ClientFactory
from tests.factories.partners import ConsortiumFactory, StaffFactory


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    made: Client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    return made


def hidden(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def contact_form(browser: Browser, client: Client) -> tuple[str, dict[str, str]]:
    address = reverse("caseload:add", args=[client.uid, "activity"])
    return address, {**hidden(browser.get(address)), "kind": "contact", "occurred_on": "today", "note": "Called"}


def test_a_contact_sent_twice_is_recorded_once(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    address, typed = contact_form(browser, client)

    first, second = (browser.post(address, typed) for _ in range(2))

    assert first.url == second.url == reverse("caseload:client", args=[client.uid])
    assert Activity.objects.count() == 1
    assert "It is stored once." in browser.get(second.url).content.decode()


def test_forms_of_one_sign_in_saved_at_once_and_sent_again_are_stored_once(
    client: Client, adviser: StaffMember
) -> None:
    """Whatever becomes of the session, which each of them saves whole."""
    browser = signed_in(adviser)
    forms = [contact_form(browser, client) for _ in range(4)]
    for number, (address, typed) in enumerate(forms):
        typed["note"] = f"Called, and {number} times nobody answered"
        before = dict(browser.session)
        browser.post(address, typed)
        session = browser.session
        session.clear()
        session.update(before)  # as another of them, begun earlier, leaves it
        session.save()

    for address, typed in forms:
        browser.post(address, typed)

    assert Activity.objects.count() == 4


def test_a_form_opened_again_records_again(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)

    for note in ("Called", "Called again"):
        address, typed = contact_form(browser, client)
        browser.post(address, {**typed, "note": note})

    assert Activity.objects.count() == 2


def test_a_refused_form_goes_on_under_its_name(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    address, typed = contact_form(browser, client)

    refused = browser.post(address, {**typed, "occurred_on": "30 February"})
    assert hidden(refused)["once"] == typed["once"]
    for _ in range(2):
        browser.post(address, typed)

    assert Activity.objects.count() == 1


def test_a_client_registered_twice_is_one(adviser: StaffMember) -> None:
    browser, address = signed_in(adviser), reverse("caseload:register")
    opened = browser.post(address, {**TYPED, "step": "none"})
    consent = {"registered_on": "today", "tracking": "on", "consent_method": "paper"}
    typed = {**TYPED, **consent, "step": "register", "once": hidden(opened)["once"]}

    first, second = (browser.post(address, typed) for _ in range(2))

    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert Client.objects.count() == 1


def test_a_correction_sent_twice_is_not_somebody_elses(client: Client, adviser: StaffMember) -> None:
    entry = ActivityFactory(client=client, organisation=adviser.organisation)
    browser = signed_in(adviser)
    address = reverse("caseload:correct", args=[client.uid, "activity", entry.uid])
    typed = {**hidden(browser.get(address)), "kind": "contact", "occurred_on": "14/5/2007", "note": "Corrected"}

    answers = [browser.post(address, typed).status_code for _ in range(2)]

    entry.refresh_from_db()
    assert (answers, entry.note, entry.version) == ([302, 302], "Corrected", 2)


def test_nobody_is_answered_for_somebody_elses_form(client: Client, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    address, typed = contact_form(browser, client)
    browser.post(address, typed)

    colleague = signed_in(StaffFactory(organisation=adviser.organisation, role=adviser.role))
    colleague.post(address, {**typed, "note": "Called, too"})

    assert Activity.objects.count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_is_stored(transactional_db: None) -> None:
    consortium = ConsortiumFactory(slug="leicester")
    with in_consortium(consortium.pk):
        adviser = StaffFactory(role=Role.ADVISER)
        client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    browser = signed_in(adviser)
    address, typed = contact_form(browser, client)
    cookies = browser.cookies

    def click(_: int) -> Any:
        hand = Browser()
        hand.cookies = cookies
        return hand.post(address, typed).status_code

    answers = at_once(click, times=6)

    with in_consortium(consortium.pk):
        assert (set(answers), Activity.objects.count()) == ({302}, 1)
    connections.close_all()
