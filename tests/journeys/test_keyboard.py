"""The adviser's way without a mouse, the one-letter keys, and what ticking rows brings."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from caseload.models import Activity, Client
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ClientFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.journeys.conftest import axe

pytestmark = pytest.mark.journey
Opener = Callable[..., Page]
PASSWORD = "a long enough phrase"
MOST_TABS = 120
# What has the focus, and whether one can see it: in the window, with nothing over it, and drawn unlike before.
FOCUS = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), label = it.labels?.[0];
  const drawn = [it, label].filter(Boolean).flatMap((each) => [[each], [each, '::before']]);
  const look = () => drawn.map((part) => getComputedStyle(...part))
    .map((style) => [style.outline, style.boxShadow, style.backgroundColor, style.borderWidth].join()).join();
  const focused = look();
  it.blur();
  const blurred = look();
  it.focus();
  const points = [[box.left + box.width / 2, box.top + box.height / 2], [box.left + 3, box.top + 3]];
  const tops = points.map(([x, y]) => document.elementFromPoint(x, y)).filter(Boolean);
  return {
    text: (it.innerText || label?.innerText || it.getAttribute('aria-label') || it.name || '').trim(),
    isSeen: focused !== blurred && tops.some((top) => it.contains(top) || top.contains(it) || label?.contains(top)),
  };
}"""


@pytest.fixture
def consortium(journey_database: None) -> Consortium:
    return ConsortiumFactory(slug="leicester", name="Leicester Employment and Skills Partnership")


@pytest.fixture
def adviser(consortium: Consortium) -> StaffMember:
    with in_consortium(consortium.pk):
        adviser = StaffFactory(organisation=OrganisationFactory(name="Employment Support Unit"), name="Ada Viser")
        for name in ("Ashdown", "Birchwood", "Cedarholm"):
            ClientFactory(organisation=adviser.organisation, adviser=adviser, family_name=name, given_name="Kim")
    adviser.user.set_password(PASSWORD)
    adviser.user.save()
    return adviser


def tab_to(page: Page, text: str) -> None:
    """Press Tab until something that begins with the text has the focus; everything on the way can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isSeen"], f"on the way to {text!r}, the focus cannot be seen at {focus['text']!r} of {page.url}"
        if focus["text"].startswith(text):
            return
    pytest.fail(f"{text!r} is not reached on {page.url}")


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.parametrize("width", [1280, 360])
def test_an_adviser_needs_no_mouse(open_page: Opener, adviser: StaffMember, consortium: Consortium, width: int) -> None:
    page = open_page(width=width)
    page.goto("/")

    tab_to(page, "E-mail")
    page.keyboard.type(adviser.email)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    if width == 360:
        tab_to(page, "Menu")
        page.keyboard.press("Space")
    tab_to(page, "Today")  # the product name before it is called Caseload as well
    tab_to(page, "Caseload")
    press(page, "Enter")
    tab_to(page, "Ashdown, Kim")
    press(page, "Enter")
    tab_to(page, "Contact or note")
    press(page, "Enter")
    tab_to(page, "Note")
    page.keyboard.type("Rang, no answer")
    tab_to(page, "Save")
    press(page, "Space")

    with in_consortium(consortium.pk):
        assert Activity.objects.get().note == "Rang, no answer"
    tab_to(page, "Undo this entry")
    press(page, "Enter")
    with in_consortium(consortium.pk):
        assert not Activity.objects.exists()


def test_single_keys_move_about(open_page: Opener, adviser: StaffMember) -> None:
    page = open_page(adviser)
    page.goto("/caseload/")
    focus = page.locator(":focus")

    for key in "jjjk":
        page.keyboard.press(key)
    assert focus.inner_text() == "Birchwood, Kim"
    page.keyboard.press("x")
    assert page.locator("tbody .app-tick:checked").count() == 1
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert focus.inner_text() == "Birchwood, Kim"
    page.keyboard.press("/")
    page.keyboard.type("jx?")
    assert focus.input_value() == "jx?"
    page.goto("/caseload/")
    tab_to(page, "Tick Ashdown, Kim")
    press(page, "Enter")
    assert page.locator("h1").inner_text() == "Kim Ashdown"
    page.keyboard.press("n")
    assert focus.get_attribute("name") == "said"


def test_single_keys_can_be_turned_off(open_page: Opener, adviser: StaffMember) -> None:
    page = open_page(adviser)
    page.goto("/me/")

    page.get_by_role("button", name="Turn the keys off").click()
    page.goto("/caseload/")
    page.keyboard.press("j")

    assert page.locator("tbody :focus").count() == 0
    assert page.locator("dialog#keys").count() == 0


def test_ticked_rows_bring_their_bar_and_get_another_adviser(
    open_page: Opener, adviser: StaffMember, consortium: Consortium
) -> None:
    with in_consortium(consortium.pk):
        colleague = StaffFactory(organisation=adviser.organisation, name="Carol Colleague")
    page = open_page(adviser)
    page.goto("/caseload/")
    bar = page.locator(".app-bulk")
    assert bar.is_hidden()

    page.get_by_label("Tick all rows on this page").check()
    assert bar.get_by_role("status").inner_text() == "3 ticked"
    axe(page)
    bar.get_by_role("button", name="Clear").click()
    assert bar.is_hidden()
    page.get_by_label("Tick Birchwood, Kim").check()
    bar.get_by_role("button", name="Change the adviser").click()
    page.get_by_label("New adviser").select_option(label="Carol Colleague")
    axe(page)
    page.get_by_role("button", name="Change the adviser of 1 client").click()

    assert page.locator(".app-undo p").inner_text() == "Carol Colleague is the adviser of 1 client."
    with in_consortium(consortium.pk):
        assert Client.objects.get(adviser=colleague).family_name == "Birchwood"
    page.get_by_role("button", name="Undo this change").click()
    with in_consortium(consortium.pk):
        assert not Client.objects.filter(adviser=colleague).exists()


def test_without_scripts_the_bar_is_always_there(open_page: Opener, adviser: StaffMember) -> None:
    page = open_page(adviser, scripts=False)
    page.goto("/caseload/")

    page.get_by_label("Tick Birchwood, Kim").check()
    page.get_by_role("button", name="Change the adviser").click()

    assert page.locator("h1").inner_text() == "Change the adviser of 1 client"


def test_the_search_of_every_page_finds_a_client(open_page: Opener, adviser: StaffMember) -> None:
    page = open_page(adviser)
    page.goto("/help/")

    page.keyboard.press("/")
    page.keyboard.type("birch")
    press(page, "Enter")

    assert page.locator("tbody th").all_inner_texts() == ["Birchwood, Kim"]
