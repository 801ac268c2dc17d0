"""What the partnership's consent form covers, and who says it."""

import pytest
from django.urls import reverse

from caseload.models import Consent, ConsentForm
from caseload.services.sharing import settle_consent_form
from partners.enums import Role
from partners.errors import NotAllowed
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ConsentFactory
from tests.factories.partners import StaffFactory

SAID = "caseload:consent-form"
CHANGE = "caseload:consent-form-change"


def test_a_new_consortiums_form_covers_the_journey_alone(administrator: StaffMember) -> None:
    roles = signed_in(administrator).get(reverse("partners:roles")).content.decode()
    said = signed_in(administrator).get(reverse(SAID)).content.decode()

    assert reverse(SAID) in roles
    assert "it covers the journey alone" in said
    assert reverse(CHANGE) in said


def test_the_change_says_what_it_does_and_leaves_what_is_recorded(administrator: StaffMember) -> None:
    for parts in ([], ["health"]):
        ConsentFactory(parts=parts)
    browser = signed_in(administrator)

    asked = browser.get(reverse(CHANGE)).content.decode()
    without = browser.post(reverse(CHANGE), {"parts": ["health"]})
    answer = browser.post(
        reverse(CHANGE), {"parts": ["health", "ethnicity"], "reason": "New wording from May"}, follow=True
    )

    assert "The 2 consents to share keep what is recorded with them" in asked
    assert (without.status_code, ConsentForm.objects.get().parts) == (200, ["ethnicity", "health"])
    assert "From now on the form covers the journey, with health and ethnicity." in answer.content.decode()
    assert list(Consent.objects.order_by("pk").values_list("parts", flat=True)) == [[], ["health"]]


def test_only_the_accountable_body_changes_it(outsider: StaffMember) -> None:
    elsewhere = StaffFactory(organisation=outsider.organisation, role=Role.ADMINISTRATOR)

    assert signed_in(elsewhere).get(reverse(CHANGE)).status_code == 403
    assert reverse(CHANGE) not in signed_in(elsewhere).get(reverse(SAID)).content.decode()
    with pytest.raises(NotAllowed):
        settle_consent_form(parts=["health"], by=elsewhere)
