"""The header of every page: the search, the bell and the one-letter keys, for each role what it can use."""

from typing import Any

import pytest
from django.urls import reverse

from partners.enums import Role
from partners.models import StaffMember
from partners.platform.frame.context_processors import SHORTCUTS_COOKIE
from tests.conftest import signed_in
from tests.factories.caseload import ReferralFactory
from tests.factories.partners import StaffFactory

PARTIAL = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize("role", [Role.ADVISER, Role.VIEWER])
def test_every_page_but_its_own_leads_to_the_search_over_all_records(organisation: Any, role: str) -> None:
    browser = signed_in(StaffFactory(organisation=organisation, role=role))
    search = reverse("partners:search")

    there, elsewhere = (browser.get(page).content.decode() for page in (search, reverse("partners:help")))

    assert f'action="{search}"' in elsewhere
    assert "data-find" in elsewhere
    assert "data-find" not in there
    assert there.count('type="search"') == elsewhere.count('type="search"') == 1


def test_the_bell_says_what_waits(adviser: StaffMember, outsider: StaffMember) -> None:
    ReferralFactory.create_batch(
        2, from_organisation=outsider.organisation, to_organisation=adviser.organisation, status="sent"
    )

    text = signed_in(adviser).get(reverse("partners:waiting"), **PARTIAL).content.decode()

    assert '<span class="app-badge">2</span>' in text
    assert reverse("caseload:referral-inbox") in text


def test_the_bell_without_anything_has_no_badge(adviser: StaffMember) -> None:
    text = signed_in(adviser).get(reverse("partners:waiting"), **PARTIAL).content.decode()

    assert "app-badge" not in text
    assert "Nothing waits for you now." in text


def test_the_bell_costs_a_page_no_query(adviser: StaffMember, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(30) as counted:
        text = signed_in(adviser).get(reverse("partners:help")).content.decode()

    assert reverse("partners:waiting") in text
    assert not [q["sql"] for q in counted.captured_queries if "caseload_" in q["sql"]]


def test_everybody_has_the_bell_because_anybody_may_be_told_something(commissioner: StaffMember) -> None:
    assert reverse("partners:waiting") in signed_in(commissioner).get(reverse("partners:help")).content.decode()


def test_the_bell_opened_as_a_page_is_today(adviser: StaffMember) -> None:
    response = signed_in(adviser).get(reverse("partners:waiting"))

    assert response.headers["Location"] == reverse("home")


def test_the_keys_can_be_turned_off_and_on(adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    help_page = reverse("partners:help")
    assert 'id="keys"' in browser.get(help_page).content.decode()

    browser.post(reverse("partners:shortcuts"), {"shortcuts": "off"})
    assert 'id="keys"' not in browser.get(help_page).content.decode()

    browser.post(reverse("partners:shortcuts"), {"shortcuts": "on"})
    assert browser.cookies[SHORTCUTS_COOKIE].value == ""
    assert 'id="keys"' in browser.get(help_page).content.decode()
