"""Restricted people in the browser: placed, reviewed, handed on and lifted, without a name for who may not open it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, ClientRestriction, RestrictionReader
from partners.enums import Role
from partners.models import Organisation, StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ActivityFactory, ClientFactory, JobFactory, ReferralFactory, restrict_to
from tests.factories.partners import StaffFactory

LIST = "caseload:restricted"


@pytest.fixture
def data_lead(city_council: Organisation) -> StaffMember:
    return StaffFactory(organisation=city_council, role=Role.VIEWER, data_lead=True, name="Dee Lead")


@pytest.fixture
def client(organisation: Organisation, adviser: StaffMember) -> Client:
    ClientFactory(organisation=organisation, adviser=adviser, given_name="Ben", family_name="Open")
    return ClientFactory(organisation=organisation, adviser=adviser, given_name="Asha", family_name="Invented")


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_data_lead_restricts_a_record_reviews_it_hands_it_on_and_lifts_it(
    client: Client, adviser: StaffMember, data_lead: StaffMember
) -> None:
    colleague = StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    browser, today = signed_in(data_lead), timezone.localdate()
    found = browser.post(reverse("caseload:restrict-record"), {"reference": client.external_id.lower()})
    page = text_of(browser.get(found["Location"]))
    assert adviser.name in page
    assert "Invented" not in page
    typed = {"reason": "Threatened", "review_on": f"{today + timedelta(days=60):%d/%m/%Y}"}

    without = browser.post(found["Location"], typed)
    placed = browser.post(found["Location"], {**typed, "readers": [str(adviser.uid)]}, follow=True)

    assert "Threatened" in text_of(without)
    assert not RestrictionReader.objects.exclude(staff=adviser).exists()
    shown = text_of(placed)
    assert "You keep this restriction and may not open the record" in shown
    assert "Invented" not in shown
    restriction = ClientRestriction.objects.get()
    reader = RestrictionReader.objects.get()
    off = reverse("caseload:restriction-drop", args=[restriction.uid, reader.uid])
    assert "Nobody would be left" in text_of(browser.post(off, {"reason": "Ill"}))
    named = browser.post(
        reverse("caseload:restriction-reader", args=[restriction.uid]), {"reader": str(colleague.uid), "reason": "Ill"}
    )
    assert named.status_code == 302
    assert browser.post(off, {"reason": "Ill"}).status_code == 302
    assert signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).status_code == 404
    assert "Asha Invented" in text_of(signed_in(colleague).get(reverse("caseload:client", args=[client.uid])))
    review = reverse("caseload:restriction-review", args=[restriction.uid])
    assert "a day after today" in text_of(browser.post(review, {"reason": "Still", "review_on": "today"}))
    assert browser.post(review, {"reason": "Still", "review_on": f"{today.year + 1}-06-01"}).status_code == 302
    browser.post(reverse("caseload:restriction-lift", args=[restriction.uid]), {"reason": "Moved away"})
    assert signed_in(adviser).get(reverse("caseload:client", args=[client.uid])).status_code == 200


def test_a_manager_keeps_those_of_their_own_organisation(
    client: Client, adviser: StaffMember, manager: StaffMember, outsider: StaffMember
) -> None:
    other = restrict_to(ClientFactory(organisation=outsider.organisation), outsider)
    restrict_to(client, adviser)
    browser = signed_in(manager)

    listed = text_of(browser.get(reverse(LIST)))

    assert client.external_id in listed
    assert other.external_id not in listed
    strange = ClientRestriction.objects.get(client=other)
    assert browser.get(reverse("caseload:restriction", args=[strange.uid])).status_code == 404
    assert browser.get(reverse("caseload:restrict", args=[other.uid])).status_code == 404
    refused = browser.post(reverse("caseload:restrict-record"), {"reference": other.external_id})
    assert "You keep no record with this reference" in text_of(refused)
    for staff in (adviser, outsider):
        assert signed_in(staff).get(reverse(LIST)).status_code == 403


def test_others_of_the_organisation_see_one_line_that_does_not_vary(
    client: Client, adviser: StaffMember, data_lead: StaffMember, outsider: StaffMember
) -> None:
    colleague = StaffFactory(organisation=client.organisation, role=Role.ADVISER)
    restrict_to(client, adviser)
    restrict_to(ClientFactory(organisation=client.organisation), adviser)
    line = "2 restricted records, kept by named people: ask Dee Lead."
    pages = [
        f"{reverse('caseload:caseload')}?{query}" for query in ("", "whose=all", "q=Invented", "q=Nobody", "ward=x")
    ]

    assert all(line in text_of(signed_in(colleague).get(page)) for page in pages)
    assert not any("Asha" in text_of(signed_in(colleague).get(page)) for page in pages)
    assert "kept by named people" not in text_of(signed_in(adviser).get(pages[0]))
    assert "kept by named people" not in text_of(signed_in(outsider).get(pages[0]))


def test_no_list_of_records_names_somebody_restricted(
    client: Client, adviser: StaffMember, monitoring_officer: StaffMember
) -> None:
    colleague = StaffFactory(organisation=client.organisation, role=Role.TRACKING_TEAM)
    tracker = StaffFactory(organisation=monitoring_officer.organisation, role=Role.TRACKING_TEAM)
    ActivityFactory(client=client)
    JobFactory(client=client)
    ReferralFactory(client=client)
    restrict_to(client, adviser)
    slugs = ("activities", "jobs", "referrals", "consents")
    pages = [reverse("caseload:record-list", args=[slug]) for slug in slugs]
    pages += [f"{page}?export=csv" for page in pages]
    pages += [reverse("caseload:worklist"), reverse("caseload:caseload"), f"{reverse('caseload:caseload')}?q=Invented"]
    pages += [reverse("home"), f"{reverse('caseload:caseload')}?whose=all&export=csv"]

    for staff in (colleague, tracker, monitoring_officer):
        browser = signed_in(staff)
        answers = [browser.get(page) for page in pages]
        assert not [page for page, answer in zip(pages, answers, strict=True) if b"Asha" in b"".join(answer)]
    assert b"Asha" in signed_in(adviser).get(pages[0]).content


def test_today_counts_what_is_due(client: Client, adviser: StaffMember, data_lead: StaffMember) -> None:
    restrict_to(client, adviser)
    assert "restricted record to look at" in text_of(signed_in(data_lead).get(reverse("home")))
