"""Documents in a real browser: sent, told, shown; on a phone and on a desk."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseload.models import Client
from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.caseload import ActionFactory, ClientFactory, NoteFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.journeys.conftest import assert_no_sideways_scroll, axe, shot
from tests.partners.documents import files

pytestmark = pytest.mark.journey

Opener = Callable[..., Page]


@pytest.fixture
def place(journey_database: None) -> Consortium:
    return ConsortiumFactory(slug="leicester")


@pytest.fixture
def adviser(place: Consortium) -> StaffMember:
    with in_consortium(place.pk):
        return StaffFactory(organisation=OrganisationFactory(), role=Role.ADVISER, name="Amina Adviser")


@pytest.fixture
def client(place: Consortium, adviser: StaffMember) -> Client:
    with in_consortium(place.pk):
        made: Client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
        NoteFactory(client=made, recorded_by=adviser)
        for days, title in ((-2, "Send the form to the college"), (5, "Ask Tesco about the start date")):
            due_on = timezone.localdate() + timedelta(days=days)
            ActionFactory(client=made, recorded_by=adviser, title=title, due_on=due_on)
    return made


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[..., list[Path]]:
    """Put files onto the disk, from where a browser sends them."""

    def put(**contents: bytes) -> list[Path]:
        paths = [tmp_path / name.replace("__", ".") for name in contents]
        for path, content in zip(paths, contents.values(), strict=True):
            path.write_bytes(content)
        return paths

    return put


@pytest.mark.parametrize("width", [360, 1280])
def test_files_are_sent_told_and_shown(
    open_page: Opener,
    client: Client,
    adviser: StaffMember,
    on_disk: Callable[..., list[Path]],
    width: int,
) -> None:
    page = open_page(adviser, width=width)
    page.goto(f"/caseload/clients/{client.uid}/")
    page.get_by_role("link", name="Upload documents").click()
    sent = on_disk(CV__pdf=files.pdf(), photo__jpg=files.picture(size=(640, 480)), bill__pdf=b"MZ\x90\x00")

    page.get_by_label("Files").set_input_files(sent)
    page.get_by_label("What it is").fill("Application for Tesco")
    page.get_by_role("button", name="Upload").click()

    expect(page.locator(".govuk-error-summary")).to_contain_text("“bill.pdf” is a Windows program.")
    expect(page.get_by_text("These files are kept:")).to_be_visible()
    axe(page)
    shot(page, "upload")
    page.get_by_role("link", name="photo.jpg").click()
    picture = page.get_by_role("img", name="Application for Tesco")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 640
    axe(page)
    shot(page, "document")
    page.goto(f"/caseload/clients/{client.uid}/")
    expect(page.get_by_role("link", name="Application for Tesco")).to_have_count(2)
    assert_no_sideways_scroll(page)
    axe(page)
    shot(page, "client-parts")


def test_what_is_to_be_done_is_done_from_ones_list(open_page: Opener, client: Client, adviser: StaffMember) -> None:
    page = open_page(adviser, width=360)
    page.goto("/")
    expect(page.get_by_role("heading", name="Your to-do list")).to_be_visible()
    page.get_by_role("link", name="The whole list").click()
    axe(page)
    assert_no_sideways_scroll(page)

    page.get_by_role("button", name=re.compile("Done.*college")).click()

    expect(page.get_by_text("is done.")).to_be_visible()
    axe(page)
    shot(page, "action")
    page.goto("/")
    expect(page.get_by_role("heading", name="Done today")).to_be_visible()
    shot(page, "today")
