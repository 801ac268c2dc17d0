"""What was typed into a long form waits for whoever typed it, and for nobody else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from caseload.models import Client
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ClientFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory

pytestmark = pytest.mark.journey

PASSWORD = "three odd words"
TYPED = "Came with her sister; wants mornings only."
Opener = Callable[..., Page]


@pytest.fixture
def place(journey_database: None) -> Consortium:
    return ConsortiumFactory(slug="leicester")


@pytest.fixture
def two(place: Consortium) -> list[StaffMember]:
    """Two advisers of one organisation, who share a computer."""
    with in_consortium(place.pk):
        people = StaffFactory.create_batch(2, organisation=OrganisationFactory())
    for person in people:
        person.user.set_password(PASSWORD)
        person.user.save()
    return people


@pytest.fixture
def form(place: Consortium, two: list[StaffMember]) -> str:
    with in_consortium(place.pk):
        client: Client = ClientFactory(organisation=two[0].organisation)
    return f"/caseload/clients/{client.uid}/add/activity/"


def sign_in(page: Page, person: StaffMember) -> None:
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def type_note(page: Page, person: StaffMember, form: str) -> None:
    page.goto(form)
    sign_in(page, person)
    page.locator("textarea").fill(TYPED)


def kept(page: Page) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"))


def test_after_a_lost_session_the_same_person_finds_it_again(
    open_page: Opener, two: list[StaffMember], form: str
) -> None:
    page = open_page()
    type_note(page, two[0], form)
    page.context.clear_cookies(name="sessionid")

    page.goto(form)
    sign_in(page, two[0])

    expect(page.get_by_text("What you typed before and did not save is here again.")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(TYPED)


def test_a_form_sent_after_the_session_was_lost_comes_back_once(
    open_page: Opener, two: list[StaffMember], form: str
) -> None:
    page = open_page()
    type_note(page, two[0], form)
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Save").click()
    sign_in(page, two[0])

    expect(page.get_by_text("You were signed out before this was saved.")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(TYPED)
    expect(page.get_by_text("is here again. Discard it")).to_have_count(0)


def test_the_next_person_on_the_same_computer_finds_nothing(
    open_page: Opener, two: list[StaffMember], form: str
) -> None:
    page = open_page()
    type_note(page, two[0], form)
    page.context.clear_cookies(name="sessionid")

    page.goto(form)
    sign_in(page, two[1])

    expect(page.locator("textarea")).to_have_value("")
    assert kept(page) == 0


def test_signing_out_ends_it_in_every_tab(open_page: Opener, two: list[StaffMember], form: str) -> None:
    page = open_page()
    type_note(page, two[0], form)
    assert kept(page) == 1
    other = page.context.new_page()

    other.goto("/account/logout/")
    other.get_by_role("button", name="Sign out").last.click()
    other.wait_for_url("**/account/login/")

    page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))")
    page.goto(form)
    sign_in(page, two[0])
    expect(page.locator("textarea")).to_have_value("")


def test_what_was_saved_is_not_offered_again(open_page: Opener, two: list[StaffMember], form: str) -> None:
    page = open_page()
    type_note(page, two[0], form)
    page.get_by_label("Contact", exact=True).first.check()

    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/clients/*/")

    assert kept(page) == 0
