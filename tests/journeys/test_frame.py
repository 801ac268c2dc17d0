"""The frame of the pages in a browser: accessible, narrow and wide, with JavaScript and without."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory
from tests.journeys.conftest import assert_no_sideways_scroll, axe, shot

pytestmark = pytest.mark.journey

WAYS = [
    pytest.param({"width": width, "scripts": scripts}, id=f"{width}px{'' if scripts else ' without JavaScript'}")
    for width in (360, 1280)
    for scripts in (True, False)
]
Opener = Callable[..., Page]


@pytest.fixture
def officer(journey_database: None) -> StaffMember:
    consortium: Consortium = ConsortiumFactory(
        slug="leicester", name="Leicester Employment and Skills Partnership", is_demonstration=True
    )
    with in_consortium(consortium.pk):
        city = OrganisationFactory(name="City Council", accountable_body=True)
        return StaffFactory(organisation=city, role=Role.ADMINISTRATOR, name="Ada Ministrator")


@pytest.mark.parametrize("window", WAYS)
@pytest.mark.parametrize(
    "address", ["/", "/components/", "/help/", "/admin/people/", "/admin/people/roles/", "/admin/keys/new/"]
)
def test_a_page_is_accessible(open_page: Opener, officer: StaffMember, address: str, window: dict[str, Any]) -> None:
    page = open_page(officer, **window)

    page.goto(address)

    shot(page, f"{address.strip('/') or 'home'}{'' if window['scripts'] else '-plain'}")
    assert page.locator("h1").count() == 1
    assert_no_sideways_scroll(page)
    axe(page)


@pytest.mark.parametrize("window", WAYS)
def test_the_sign_in_page_is_accessible(open_page: Opener, window: dict[str, Any]) -> None:
    page = open_page(**window)

    page.goto("/")

    shot(page, f"sign-in{'' if window['scripts'] else '-plain'}")
    assert_no_sideways_scroll(page)
    axe(page)
