"""How long referrals and contacts may wait is set by the accountable body, with the reason in the trail."""

import pytest
from django.urls import reverse

from partners.enums import AccessAction, Role
from partners.errors import NotAllowed
from partners.models import AccessEntry, Consortium, StaffMember
from partners.services.clocks import set_clocks
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory

CHANGE = "partners:clocks-change"
TYPED = {
    "referral_days": "5",
    "contact_days": "42",
    "name_days": "90",
    "nation": "scotland",
    "reason": "Agreed by the board",
}


def test_the_accountable_bodys_administrator_sets_them(administrator: StaffMember, consortium: Consortium) -> None:
    signed_in(administrator).post(reverse(CHANGE), TYPED)

    consortium.refresh_from_db()
    assert (consortium.referral_days, consortium.contact_days, consortium.nation) == (5, 42, "scotland")
    assert consortium.name_days == 90
    entry = AccessEntry.objects.get(action=AccessAction.ADMINISTERED)
    assert entry.detail["before"] == {
        "referral_days": 10,
        "contact_days": 28,
        "name_days": 365,
        "nation": "england",
    }
    assert entry.purpose == "Agreed by the board"


@pytest.mark.parametrize("typed", ["0", "367", "1e2", ""])
def test_days_that_are_none_are_refused_by_name(typed: str, administrator: StaffMember, consortium: Consortium) -> None:
    text = signed_in(administrator).post(reverse(CHANGE), TYPED | {"contact_days": typed}).content.decode()

    assert "Enter the days without a contact" in text
    consortium.refresh_from_db()
    assert consortium.contact_days == 28


@pytest.mark.parametrize("typed", ["", "france", "England"])
def test_a_nation_that_is_none_is_refused_by_name(typed: str, administrator: StaffMember) -> None:
    text = signed_in(administrator).post(reverse(CHANGE), TYPED | {"nation": typed}).content.decode()

    assert "the nation whose bank holidays are no working days" in text


def test_another_organisations_administrator_reads_them_only(scope: Consortium) -> None:
    other = StaffFactory(organisation=OrganisationFactory(), role=Role.ADMINISTRATOR)
    browser = signed_in(other)

    assert "28 days" in browser.get(reverse("partners:clocks")).content.decode()
    assert browser.get(reverse(CHANGE)).status_code == 403
    with pytest.raises(NotAllowed):
        set_clocks(referral_days=1, contact_days=1, name_days=1, nation="wales", by=other, reason="x")
