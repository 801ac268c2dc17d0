"""A form sent after the sign-in ended comes back to whoever typed it, and to nobody else."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.html import escape

from caseload.models import Client
from partners.enums import Role
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TYPED = "Came with her sister; wants mornings only."
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def address(adviser: StaffMember) -> str:
    client: Client = ClientFactory(organisation=adviser.organisation)
    return f"/caseload/clients/{client.uid}/add/activity/"


def sent_too_late(person: StaffMember, address: str) -> Browser:
    """Fill the form in, and send it after the sign-in has ended."""
    page = signed_in(person).get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    browser = Browser()
    answer = browser.post(address, {**hidden, "note": TYPED})
    assert answer.url.startswith("/account/login/")
    return browser


def opened_by(person: StaffMember, browser: Browser, address: str) -> str:
    browser.force_login(person.user, backend=BACKEND)
    return browser.get(address).content.decode()


def test_it_comes_back_to_whoever_typed_it(adviser: StaffMember, address: str) -> None:
    page = opened_by(adviser, sent_too_late(adviser, address), address)

    assert TYPED in page
    assert "You were signed out before this was saved." in page


def test_it_does_not_come_to_the_next_person(adviser: StaffMember, address: str) -> None:
    browser = sent_too_late(adviser, address)

    assert TYPED not in opened_by(StaffFactory(organisation=adviser.organisation), browser, address)
    assert TYPED not in opened_by(adviser, browser, address)


def test_it_does_not_come_into_another_consortium(adviser: StaffMember, other_consortium: Consortium) -> None:
    browser = sent_too_late(adviser, "/caseload/register/")
    with in_consortium(other_consortium.pk):
        StaffFactory(user=adviser.user, email=adviser.email, organisation=OrganisationFactory())
    browser.force_login(adviser.user, backend=BACKEND)
    browser.post("/switch/", {"consortium": other_consortium.uid})

    page = browser.get("/caseload/register/").content.decode()

    assert "You were signed out before this was saved." not in page


@pytest.mark.parametrize(
    ("role", "name", "typed"),
    [
        (Role.ADMINISTRATOR, "partners:invite", {"name": "Nia New"}),
        (Role.ADMINISTRATOR, "partners:organisation-new", {"name": "New Partner"}),
        (Role.ADMINISTRATOR, "partners:key-new", {"label": "The partner's system"}),
        (Role.MONITORING_OFFICER, "reporting:record-observation", {"source": "Published on 3 July"}),
    ],
)
def test_every_form_that_takes_thought_comes_back(
    city_council: Organisation, role: str, name: str, typed: dict[str, str]
) -> None:
    person, page = StaffFactory(organisation=city_council, role=role), reverse(name)
    hidden = dict(re.findall(r'name="(typed_by|once)" value="([^"]*)"', signed_in(person).get(page).content.decode()))
    browser = Browser()
    browser.post(page, {**hidden, **typed})

    text = opened_by(person, browser, page)

    assert set(hidden) == {"typed_by", "once"}
    assert all(escape(value) in text for value in typed.values())


@pytest.mark.parametrize("version", ["\u00b2", "0" * 60_000, "-1", "1e3", "99999999999999999999", "\u0661"])
def test_a_version_that_is_none_stores_nothing_and_loses_nothing(version: str, adviser: StaffMember) -> None:
    clients = [
        ClientFactory(organisation=adviser.organisation, adviser=adviser, phone="0116 496 0000") for _ in range(3)
    ]
    typed = {"given_name": "Asha", "family_name": "Kept", "phone": "0116 496 0009", "version": version}

    answer = signed_in(adviser).post(reverse("caseload:change-identity", args=[clients[1].uid]), typed)

    assert answer.status_code == 200
    assert "0116 496 0009" in answer.content.decode()
    assert {client.phone for client in Client.objects.all()} == {"0116 496 0000"}
