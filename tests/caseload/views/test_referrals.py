import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from caseload.models import Referral
from caseload.services.sharing import bring_shares_up_to_date
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory, restrict_to


@pytest.fixture
def referral(adviser: StaffMember, outsider: StaffMember) -> Referral:
    """A client of the outsider's organisation, referred to the adviser's with consent."""
    client = ClientFactory(given_name="Asha", family_name="Invented", organisation=outsider.organisation)
    ConsentFactory(client=client)
    made = ReferralFactory(client=client, to_organisation=adviser.organisation, reason="wants retail work")
    bring_shares_up_to_date(today=timezone.localdate())
    return made


def step(referral: Referral, name: str) -> str:
    return reverse("caseload:referral-step", args=[referral.uid, name])


def test_the_inbox_shows_what_waits(referral: Referral, adviser: StaffMember, outsider: StaffMember) -> None:
    inbox = reverse("caseload:referral-inbox")

    assert "wants retail work" in signed_in(adviser).get(inbox).content.decode()
    assert "wants retail work" not in signed_in(outsider).get(inbox).content.decode()
    assert "wants retail work" in signed_in(outsider).get(inbox, {"show": "sent"}).content.decode()


def test_an_accepted_client_is_in_my_caseload_at_once(referral: Referral, adviser: StaffMember) -> None:
    browser = signed_in(adviser)

    answer = browser.post(step(referral, "accept"))

    assert answer.url == reverse("caseload:client", args=[referral.client.uid])
    assert "Invented, Asha" in browser.get(reverse("caseload:caseload")).content.decode()


def test_declining_needs_a_reason_that_the_sender_reads(
    referral: Referral, adviser: StaffMember, outsider: StaffMember
) -> None:
    browser = signed_in(adviser)

    browser.post(step(referral, "decline"))
    referral.refresh_from_db()
    before = referral.status
    browser.post(step(referral, "decline"), {"reason": "we are full until June"})
    page = reverse("caseload:referral", args=[referral.uid])

    assert before == "sent"
    assert "we are full until June" in signed_in(outsider).get(page).content.decode()


def test_a_stranger_does_not_find_a_referral(
    referral: Referral, foreigner: StaffMember, manager: StaffMember, commissioner: StaffMember
) -> None:
    page = reverse("caseload:referral", args=[referral.uid])

    assert signed_in(foreigner).get(page).status_code == 404
    assert signed_in(commissioner).get(page).status_code == 403
    assert signed_in(manager).get(page).status_code == 200


def test_the_sender_does_not_accept(referral: Referral, outsider: StaffMember) -> None:
    signed_in(outsider).post(step(referral, "accept"))

    referral.refresh_from_db()
    assert referral.status == "sent"


def test_a_referral_is_sent_under_consent(adviser: StaffMember, outsider: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    url = reverse("caseload:send-referral", args=[client.uid])
    typed = {"to_organisation": outsider.organisation.uid, "reason": "English lessons", "made_on": "today"}
    browser = signed_in(adviser)

    without = browser.post(url, typed)
    ConsentFactory(client=client, given_on=timezone.localdate())
    sent = browser.post(url, typed)

    assert without.status_code == 200
    assert sent.status_code == 302
    assert Referral.objects.get().to_organisation == outsider.organisation


def test_a_restricted_person_is_masked_in_referrals(
    referral: Referral, adviser: StaffMember, outsider: StaffMember, monitoring_officer: StaffMember
) -> None:
    restrict_to(referral.client, outsider)
    card = reverse("caseload:referral", args=[referral.uid])
    pages = (reverse("caseload:referral-inbox"), card, reverse("caseload:record-list", args=["referrals"]))

    for reader in (adviser, monitoring_officer):
        browser = signed_in(reader)
        assert not any("Invented" in browser.get(page).content.decode() for page in pages)
    assert "Restricted record" in signed_in(adviser).get(card).content.decode()
    assert "Asha Invented" in signed_in(outsider).get(card).content.decode()


@pytest.mark.parametrize("typed", ["a\x00b", "turned \u202e round", "x" * 10_001])
def test_a_reason_that_cannot_be_kept_is_refused_and_stays(
    referral: Referral, adviser: StaffMember, typed: str
) -> None:
    page = signed_in(adviser).post(step(referral, "decline"), {"reason": typed})

    assert page.context["form"].errors["reason"]
    assert page.context["form"]["reason"].value() == typed
    referral.refresh_from_db()
    assert referral.status == "sent"


def test_a_reason_sent_after_the_sign_in_ended_comes_back(referral: Referral, adviser: StaffMember) -> None:
    card = signed_in(adviser).get(reverse("caseload:referral-inbox")).content.decode()
    typed_by = f"{adviser.user.uid} {adviser.consortium.slug}"
    assert f'name="typed_by" value="{typed_by}"' in card
    browser = Browser()
    answer = browser.post(step(referral, "decline"), {"reason": "we are full until June", "typed_by": typed_by})
    assert answer.url.startswith("/account/login/")

    browser.force_login(adviser.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = browser.get(step(referral, "decline")).content.decode()

    assert "we are full until June" in text
    assert "You were signed out before this was saved." in text


def test_a_step_that_is_no_longer_open_is_said_over_the_referral(referral: Referral, adviser: StaffMember) -> None:
    browser = signed_in(adviser)
    browser.post(step(referral, "accept"))

    answer = browser.post(step(referral, "decline"), {"reason": "too late"}, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("caseload:referral", args=[referral.uid])
    assert "govuk-notification-banner" in answer.content.decode()
