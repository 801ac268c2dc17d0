"""The main journey: a posted referral becomes a figure of the quarter's return, and the figure opens to the person."""

import csv
import io
import json
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from caseload.models import Client
from employers.enums import AgreementKind
from partners.enums import Role, Scope
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.services.api_keys import create_key
from partners.services.organisations import ensure_group
from reporting.services.consortia import create_consortium
from tests.factories.employers import EmployerAgreementFactory, EmployerFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.journeys.conftest import assert_no_sideways_scroll, axe, shot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
Opener = Callable[..., Page]


class Cast(NamedTuple):
    consortium: Consortium
    adviser: StaffMember
    officer: StaffMember
    outsider: StaffMember
    foreigner: StaffMember
    key: str


@pytest.fixture
def cast(journey_database: None) -> Cast:
    consortium = create_consortium(pack="leicester")
    with in_consortium(consortium.pk):
        unit = OrganisationFactory(name="Employment Support Unit", external_id="employment-support-unit")
        jobcentre = OrganisationFactory(name="Jobcentre", external_id="jobcentre")
        council = OrganisationFactory(name="City Council", external_id="council", accountable_body=True)
        elsewhere = OrganisationFactory(name="Elsewhere Training")
        for organisation in (unit, jobcentre, council, elsewhere):
            ensure_group(organisation)
        employer = EmployerFactory(name="Corner Bakery", sector="food")
        EmployerAgreementFactory(employer=employer, kind=AgreementKind.JIGS, from_date=today() - timedelta(days=400))
        _, key = create_key(jobcentre, label="Test", scopes=[Scope.REFERRALS_WRITE])
        adviser = StaffFactory(organisation=unit, role=Role.ADVISER)
        officer = StaffFactory(organisation=council, role=Role.MONITORING_OFFICER)
        outsider = StaffFactory(organisation=elsewhere, role=Role.ADVISER)
    other = create_consortium(pack="blank", slug="other", name="Other")
    with in_consortium(other.pk):
        foreigner = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)
    return Cast(consortium, adviser, officer, outsider, foreigner, key)


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def post_referral(address: str, key: str) -> dict[str, Any]:
    body = {
        "external_id": "JC-1",
        "to_organisation": "employment-support-unit",
        "made_on": ago(120),
        "reason": "wants bakery work",
        "client": {
            "external_id": "P-1",
            "given_name": "Zebedee",
            "family_name": "Oldershaw",
            "date_of_birth": "1979-02-03",
            "lsoa": "E01013664",
            "circumstances": [{"kind": "benefit", "code": "jsa", "from_date": ago(500)}],
        },
        "consent": {"purpose": "sharing", "given_on": ago(121), "method": "paper", "expires_on": None},
    }
    request = urllib.request.Request(  # noqa: S310  our own live server
        f"{address}/api/v1/referrals/",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return dict(json.load(answer))


def record(page: Page, client: str, what: str, **fields: str) -> None:
    """Fill in one short form of the client's page and save it."""
    page.goto(f"/caseload/clients/{client}/add/{what}/")
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"[name={name}][value='{value}'], [name={name}]:not([value])").first.check()
        else:
            field.fill(value)
    page.locator("main form .govuk-button:not(.govuk-button--secondary)").first.click()
    page.wait_for_url(f"**/caseload/clients/{client}/**")
    assert "/add/" not in page.url, page.locator("main").inner_text()


def walk(page: Page, name: str) -> None:
    """Look at a page of the journey: it is accessible and fits, on a phone as well."""
    for width in (1280, 360):
        shot(page, name, width)
        assert_no_sideways_scroll(page)
        axe(page)
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_posted_referral_is_counted_in_the_return(
    cast: Cast, open_page: Opener, live_server: LiveServer, scripts: bool
) -> None:
    post_referral(live_server.url, cast.key)

    page = open_page(cast.adviser, scripts=scripts)
    page.goto("/caseload/referrals/")
    walk(page, "journey-inbox")
    page.get_by_role("button", name="Accept referral of Zebedee Oldershaw").click()
    page.goto("/caseload/?q=oldershaw")
    page.get_by_role("link", name="Oldershaw, Zebedee").click()
    page.wait_for_url("**/caseload/clients/**")
    client = page.url.rstrip("/").split("/")[-1]
    record(page, client, "stage", stage="assessed", occurred_on=ago(115))
    record(page, client, "stage", stage="plan_agreed", occurred_on=ago(114))
    record(page, client, "job", employer="Corner Bakery", guarantee="on", started_on=ago(95), evidence="payslip")
    record(page, client, "check", week="13", in_work="true", checked_on=ago(2), evidence="payslip", verified_on=ago(1))
    walk(page, "journey-client")

    page = open_page(cast.officer, scripts=scripts)
    page.goto("/returns/")
    page.locator("[name=kind]").select_option("leap")
    page.locator("[name=quarter]").select_option(quarter_of(today() - timedelta(days=4)))
    page.get_by_role("button", name="Build the return").click()
    page.wait_for_url("**/returns/*-*/**")
    page.goto(page.url.split("/progress")[0].rstrip("/") + "/")
    walk(page, "journey-return")
    filed = page.url
    for line in ("kpi_4", "kpi_22", "headline_jsa"):
        page.goto(f"{filed}lines/{line}/")
        walk(page, f"journey-{line}")
        page.locator("main td a.govuk-link:has-text('1')").first.click()
        page.wait_for_url("**/figure/**")
        walk(page, f"journey-figure-{line}")
        assert "Oldershaw, Zebedee" in page.locator("main").inner_text()

    download = page.request.get(f"{filed}download.csv")
    rows = {(row["line"], row["measure"], row["member"]): row for row in csv.DictReader(io.StringIO(download.text()))}
    assert rows["kpi_4", "value", ""]["all"] == "1"
    assert [rows["kpi_22", measure, ""]["quarter"] for measure in ("due", "in_work", "percent", "verified")] == [
        "1",
        "1",
        "100.0",
        "1",
    ]
    assert rows["headline_jsa", "value", "E01013664"]["all"] == "1"
    assert page.request.get(f"{filed}download.xlsx").body().startswith(b"PK")
    others_find_nothing(
        open_page, cast, addresses=[f"/caseload/clients/{client}/", filed.removeprefix(live_server.url)]
    )


def others_find_nothing(open_page: Opener, cast: Cast, *, addresses: list[str]) -> None:
    with in_consortium(cast.consortium.pk):
        assert Client.objects.filter(family_name="Oldershaw").exists()
    for stranger in (cast.outsider, cast.foreigner):
        page = open_page(stranger)
        for address in addresses:
            answer = page.goto(address)
            assert answer
            assert answer.status in {403, 404}
            assert "Oldershaw" not in page.content()


def quarter_of(day: date) -> str:
    year = day.year if day.month >= 4 else day.year - 1
    return f"{year}-{(year + 1) % 100:02d}-Q{(day.month - 4) % 12 // 3 + 1}"
