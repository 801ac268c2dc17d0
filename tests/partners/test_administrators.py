"""An administrator outside the accountable body looks after their own organisation, and opens no other."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import ApiKey, Organisation, StaffMember, Team
from partners.services.api_keys import create_key
from partners.services.organisations import change_organisation, create_organisation, create_team
from partners.services.people import change_role, end_access, invite, send_invitation
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.fixture
def provider() -> Organisation:
    return OrganisationFactory(name="Training Provider")


@pytest.fixture
def boss(scope: object, provider: Organisation) -> StaffMember:
    return StaffFactory(organisation=provider, role=Role.ADMINISTRATOR, name="Pat Provider")


def link(key: str) -> str:
    return f"/invitation/{key}/"


def acts(boss: StaffMember, body: Organisation, stranger: StaffMember) -> dict[str, Any]:
    """Return each way to somebody else's clients, as a call."""
    own = StaffFactory(organisation=boss.organisation)
    role = {"role": Role.MONITORING_OFFICER, "team": None, "reason": "So that I see all"}
    who = {"name": "My Friend", "email": "friend@example.org", "link_for": link}
    return {
        "invite into another": lambda: invite(by=boss, organisation=body, role=Role.MONITORING_OFFICER, **who),
        "take somebody over": lambda: invite(
            by=boss, organisation=boss.organisation, role=Role.ADVISER, **{**who, "email": stranger.email}
        ),
        "name a data lead": lambda: invite(
            by=boss, organisation=boss.organisation, role=Role.VIEWER, data_lead=True, **who
        ),
        "become the data lead": lambda: change_role(own, by=boss, data_lead=True, **role),
        "change another's role": lambda: change_role(stranger, by=boss, data_lead=False, **role),
        "end another's access": lambda: end_access(stranger, by=boss, reason="In my way"),
        "send another's link again": lambda: send_invitation(stranger, by=boss, link_for=link),
        "answer for all": lambda: change_organisation(boss.organisation, by=boss, accountable_body=True),
        "found a body": lambda: create_organisation(by=boss, name="Ours", type="other", accountable_body=True),
        "another's team": lambda: create_team(body, by=boss, name="Moles"),
        "another's key": lambda: create_key(body, label="Ours", scopes=["clients:read"], by=boss),
    }


WAYS = (
    "invite into another",
    "take somebody over",
    "name a data lead",
    "become the data lead",
    "change another's role",
    "end another's access",
    "send another's link again",
    "answer for all",
    "found a body",
    "another's team",
    "another's key",
)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_into_another_organisation(way: str, boss: StaffMember, city_council: Organisation) -> None:
    stranger = StaffFactory(organisation=city_council, user=None, email="known@example.org", role=Role.ADVISER)
    act = acts(boss, city_council, stranger)[way]

    with pytest.raises(CaseloadError):
        act()

    stranger.refresh_from_db()
    assert (stranger.role, stranger.organisation, stranger.left_at) == (Role.ADVISER, city_council, None)
    assert not Organisation.objects.get(pk=boss.organisation_id).accountable_body
    assert not StaffMember.objects.filter(data_lead=True).exists()
    assert not Team.objects.exists()
    assert not ApiKey.objects.exists()


def test_ones_own_people_and_keys_are_looked_after(boss: StaffMember) -> None:
    invited = invite(
        by=boss, organisation=boss.organisation, role=Role.ADVISER, name="New", email="new@example.org", link_for=link
    )
    key, _ = create_key(boss.organisation, label="Ours", scopes=["clients:read"], by=boss)
    browser = signed_in(boss)

    assert browser.get(reverse("partners:person", args=[invited.uid])).status_code == 200
    assert browser.get(reverse("partners:key-revoke", args=[key.uid])).status_code == 200


def test_pages_show_ones_own_organisation_alone(boss: StaffMember, administrator: StaffMember) -> None:
    key, _ = create_key(administrator.organisation, label="Theirs", scopes=["clients:read"], by=administrator)
    browser = signed_in(boss)
    change = reverse("partners:organisation-change", args=[boss.organisation.uid])

    assert administrator.name not in text(browser, "partners:people")
    assert "Theirs" not in text(browser, "partners:keys")
    assert browser.get(reverse("partners:person", args=[administrator.uid])).status_code == 404
    assert browser.get(reverse("partners:key-revoke", args=[key.uid])).status_code == 404
    assert browser.get(change).status_code == 403
    assert browser.get(reverse("partners:organisation-new")).status_code == 403
    assert 'name="data_lead"' not in text(browser, "partners:invite")
    assert 'name="data_lead"' in text(signed_in(administrator), "partners:invite")


def test_the_trail_tells_of_ones_own_people_alone(
    boss: StaffMember, administrator: StaffMember, city_council: Organisation
) -> None:
    for person in (boss, administrator):
        signed_in(person).get(reverse("partners:people"), {"export": "csv"})
    end_access(StaffFactory(organisation=city_council), by=administrator, reason="Left in May")
    browser = signed_in(boss)
    looks = reverse("partners:who-looked", args=["partners.staffmember", administrator.uid])

    assert [name(entry) for entry in browser.get(reverse("partners:audit")).context["table"].page_rows] == [boss.name]
    assert "Left in May" not in text(browser, "partners:audit-changes")
    assert browser.get(looks).status_code == 404
    StaffMember.objects.filter(pk=boss.pk).update(data_lead=True)
    everybody = {name(entry) for entry in browser.get(reverse("partners:audit")).context["table"].page_rows}
    assert everybody >= {boss.name, administrator.name}


def name(entry: Any) -> str:
    return str(entry.staff_member.name)


def text(browser: Browser, page: str) -> str:
    return browser.get(reverse(page)).content.decode()
