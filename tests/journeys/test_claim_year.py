"""A claim in the browser: built, opened item by item, checked by four people and signed; the next begins from it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from reporting.models import Claim
from reporting.services.consortia import create_consortium
from tests.exchange.packages import load, write
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.journeys.conftest import assert_no_sideways_scroll, axe, shot
from tests.reporting.test_claim_signing import CHAIN, LINES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
Opener = Callable[..., Page]


class Cast(NamedTuple):
    consortium_id: int
    chain: list[StaffMember]
    provider: StaffMember
    foreigner: StaffMember


@pytest.fixture
def cast(journey_database: None, tmp_path: Path) -> Cast:
    """The four people of the chain over the records of a package, an adviser of its provider, and a stranger."""
    consortium = create_consortium(pack="leicester")
    with in_consortium(consortium.pk):
        outcome, findings = load(write(tmp_path / "records", dict(LINES)))
        assert outcome.loaded, findings
        council = OrganisationFactory(name="City Council", accountable_body=True)
        chain = [StaffFactory(organisation=council, role=role) for role in CHAIN]
        provider = StaffFactory(organisation=Organisation.objects.get(external_id="o1"), role=Role.ADVISER)
    other = create_consortium(pack="blank", slug="other", name="Other")
    with in_consortium(other.pk):
        foreigner = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.FINANCE_OFFICER)
    return Cast(consortium.pk, chain, provider, foreigner)


def build(page: Page, quarter: str) -> str:
    page.goto("/returns/")
    page.locator("[name=kind]").select_option("dwp_claim")
    page.locator("[name=quarter]").select_option(quarter)
    page.get_by_role("button", name="Build the return").click()
    page.wait_for_url("**/returns/*-*/**")
    return page.url.split("/progress")[0].rstrip("/") + "/"


def walk(page: Page, name: str) -> None:
    for width in (1280, 360):
        shot(page, name, width)
        assert_no_sideways_scroll(page)
        axe(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def do_step(page: Page, filed: str, button: str) -> str:
    """Do one's step of the chain from the claim's page; return the address of the step."""
    page.goto(filed)
    page.locator("main a[href*='/sign-off/'][href$='/step/']").first.click()
    page.wait_for_url("**/step/")
    step = page.url
    axe(page)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(filed)
    return step


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_claim_is_built_checked_signed_and_the_next_begins_from_it(
    cast: Cast, open_page: Opener, scripts: bool
) -> None:
    officer, *_ = pages = [open_page(person, scripts=scripts) for person in cast.chain]
    filed = build(officer, "2007-08-Q1")
    officer.goto(filed)
    walk(officer, "claim-return")
    officer.get_by_role("link", name="The claim item by item").click()
    walk(officer, "claim-items")
    assert "£500.00" in officer.locator("main").inner_text()

    step = do_step(officer, filed, "I have done this step")
    again = officer.goto(step)
    assert again
    assert again.status == 403  # nobody does two steps of one claim
    for page in pages[1:-1]:
        do_step(page, filed, "I have done this step")
    do_step(pages[-1], filed, "Sign it")

    officer.goto(filed)
    walk(officer, "claim-signed")
    with in_consortium(cast.consortium_id):
        assert sorted(Claim.objects.get().lines.values_list("amount", flat=True)) == [300, 500, 500]
    following = build(officer, "2007-08-Q2")
    officer.goto(f"{following}lines/claim_job_start/")
    walk(officer, "claim-line")
    for stranger in (cast.provider, cast.foreigner):
        answer = open_page(stranger).goto(filed)
        assert answer
        assert answer.status in {403, 404}
