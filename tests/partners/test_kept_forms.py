"""A form sent after the sign-in ended comes back to whoever typed it, and to nobody else."""

import re

import pytest
from django.test import Client as Browser

from caseload.models import Client
from partners.models import Consortium, StaffMember
from partners.tenancy.scope import in_consortium
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
