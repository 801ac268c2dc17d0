"""Records in and out: a package is chosen, checked, loaded and taken back; what is wrong with one is told in groups."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.packages import ROWS
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.journeys.conftest import assert_no_sideways_scroll, axe, shot, without_scripts

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
Opener = Callable[..., Page]
WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture
def administrator(journey_database: None, settings: Any, tmp_path: Path) -> StaffMember:
    settings.MEDIA_ROOT = tmp_path / "files"
    consortium = ConsortiumFactory(name="Northfield Partnership")
    with in_consortium(consortium.pk):
        city = OrganisationFactory(name="City Council", accountable_body=True)
        return StaffFactory(organisation=city, role=Role.ADMINISTRATOR, name="Ada Ministrator")


def package(folder: Path, name: str, **tables: str) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for table, content in tables.items():
            archive.writestr(f"{table}.csv", content)
    return path


def send(page: Page, path: Path, *, scripts: bool = True) -> None:
    """Choose a package and wait for what the check found.

    A browser whose answers are rewritten on their way sends files without their content: that rests meanwhile.
    """
    page.goto("/exchange/")
    page.get_by_role("button", name="Import a package").click()
    page.locator("input[type=file]").set_input_files(path)
    page.context.unroute_all()
    page.get_by_role("button", name="Check the package").click()
    page.wait_for_url("**/exchange/imports/**")
    if not scripts:
        page.context.route("**/*", without_scripts)
        page.reload()


def look(page: Page, name: str) -> None:
    for width in (1280, 360):
        shot(page, name, width)
        assert_no_sideways_scroll(page)
        axe(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def organisations_of(staff: StaffMember) -> set[str]:
    with in_consortium(staff.consortium_id):
        return set(Organisation.objects.filter(external_id__in=["o1", "o2"]).values_list("external_id", flat=True))


@WAYS
def test_a_package_is_checked_loaded_and_taken_back(
    administrator: StaffMember, open_page: Opener, tmp_path: Path, scripts: bool
) -> None:
    page = open_page(administrator, scripts=scripts)
    send(page, package(tmp_path, "march.zip", organisations=ROWS["organisations"]), scripts=scripts)
    look(page, "import-checked")
    assert "Loading it makes 2 records and changes none." in page.locator("main").inner_text()
    assert organisations_of(administrator) == set()

    page.get_by_role("button", name="Load the package").click()
    page.get_by_role("heading", name="Undo").wait_for()
    look(page, "import-loaded")
    counts = page.get_by_role("row", name="Organisations").get_by_role("cell").all_inner_texts()
    assert counts == ["2", "0", "0"]
    assert organisations_of(administrator) == {"o1", "o2"}

    page.get_by_role("button", name="Undo this import").click()
    page.wait_for_url("**/undo/")
    look(page, "import-undo")
    page.locator("[name=reason]").fill("Sent too early")
    page.get_by_role("button", name="Undo the import").click()
    page.get_by_text("what it made is gone").wait_for()
    look(page, "import-undone")
    assert organisations_of(administrator) == set()


@WAYS
def test_what_is_wrong_is_told_in_groups_and_as_a_file(
    administrator: StaffMember, open_page: Opener, tmp_path: Path, scripts: bool
) -> None:
    page = open_page(administrator, scripts=scripts)
    wrong = "id,name,type\no1,A,bank\no2,B,bank\no2,C,=shop\n"
    send(page, package(tmp_path, "wrong.zip", organisations=wrong), scripts=scripts)
    look(page, "import-refused")

    assert page.get_by_role("heading", name="4 things to put right").is_visible()
    assert page.get_by_role("button", name="Load the package").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Download every row of this as CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 5


def test_a_file_that_is_no_package_is_told_by_its_own_name(
    administrator: StaffMember, open_page: Opener, tmp_path: Path
) -> None:
    page = open_page(administrator)
    for name, content, reason in (
        ("notes.zip", "These are notes", "This is neither a folder nor a zip file."),
        ("nothing.zip", "", "The file is empty."),
    ):
        (tmp_path / name).write_text(content)
        send(page, tmp_path / name)
        row = page.get_by_role("row", name=reason)
        assert row.get_by_role("cell").first.inner_text() == name


@WAYS
def test_all_records_are_taken_out(administrator: StaffMember, open_page: Opener, scripts: bool) -> None:
    page = open_page(administrator, scripts=scripts)
    page.goto("/exchange/")
    page.get_by_role("button", name="Export all records").click()
    page.wait_for_url("**/exchange/exports/**")
    look(page, "export")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the package").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "organisations.csv" in archive.namelist()
