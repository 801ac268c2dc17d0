"""A referral names the person to a partner for a stated time after the record closed; then the reference alone."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Consent, Referral, Share
from caseload.services.sharing import bring_shares_up_to_date, withdraw_consent
from partners.enums import Scope
from partners.models import Consortium, Organisation, StaffMember
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory

TODAY = timezone.localdate()


@pytest.fixture
def referrals(outsider: StaffMember, organisation: Organisation) -> list[Referral]:
    """Two people referred to the adviser's organisation and worked with; consent of the first has ended."""
    made = []
    for name in ("Asha", "Ben"):
        client = ClientFactory(given_name=name, family_name="Invented", organisation=outsider.organisation)
        ConsentFactory(client=client)
        made.append(
            ReferralFactory(client=client, to_organisation=organisation, status="completed", reason=f"{name} is ill")
        )
    bring_shares_up_to_date(today=TODAY)
    withdraw_consent(Consent.objects.get(client=made[0].client), on=TODAY, by=outsider, today=TODAY)
    return made


def closed_for(days: int) -> None:
    Share.objects.filter(ended_at__isnull=False).update(from_date="2007-05-14", to_date=TODAY - timedelta(days=days))


def told_to(staff: StaffMember, referral: Referral) -> str:
    """Everything that the pages, files and calls tell somebody of a referral."""
    browser = signed_in(staff)
    pages = [
        f"{reverse('caseload:referral-inbox')}?show=ended",
        f"{reverse('caseload:referral-inbox')}?show=sent",
        reverse("caseload:referral", args=[referral.uid]),
        reverse("caseload:record-list", args=["referrals"]),
        f"{reverse('caseload:record-list', args=['referrals'])}?export=csv",
        reverse("caseload:record", args=["referrals", referral.uid]),
    ]
    _, secret = create_key(staff.organisation, label="Key", scopes=[Scope.REFERRALS_READ])
    calls = ["/api/v1/referrals/", f"/api/v1/referrals/{referral.uid}/"]
    answers = [browser.get(page) for page in pages]
    answers += [browser.get(call, headers={"authorization": f"Bearer {secret}"}) for call in calls]
    return " ".join(b"".join(answer).decode() for answer in answers)


def test_name_and_reason_go_when_the_days_are_over(
    referrals: list[Referral], adviser: StaffMember, scope: Consortium
) -> None:
    Consortium.objects.filter(pk=scope.pk).update(name_days=30)
    closed_for(30)
    kept = told_to(adviser, referrals[0])
    closed_for(31)

    after = told_to(adviser, referrals[0])

    assert ("Asha Invented" in kept, "Asha is ill" in kept) == (True, True)
    assert "kept for 30 days after it closed" in kept
    assert "Asha" not in after
    assert referrals[0].client.external_id in after
    assert "are no longer shown" in after
    assert "Ben Invented" in after  # whose consent lasts


def test_the_owner_and_who_sees_every_client_keep_the_name(
    referrals: list[Referral], outsider: StaffMember, monitoring_officer: StaffMember
) -> None:
    closed_for(5000)
    card = reverse("caseload:referral", args=[referrals[0].uid])
    assert "Asha is ill" in told_to(outsider, referrals[0])
    assert "Asha Invented" in signed_in(monitoring_officer).get(card).content.decode()


def test_a_referral_that_never_opened_counts_from_its_last_step(
    adviser: StaffMember, outsider: StaffMember, organisation: Organisation
) -> None:
    def made(status: str, days: int) -> Referral:
        client = ClientFactory(given_name="Cara", organisation=outsider.organisation)
        day = TODAY - timedelta(days=days)
        return ReferralFactory(client=client, to_organisation=organisation, status=status, made_on=day)

    for status, days, named in (("declined", 365, True), ("declined", 366, False), ("sent", 4000, True)):
        referral = made(status, days)
        card = signed_in(adviser).get(reverse("caseload:referral", args=[referral.uid])).content.decode()
        assert ("Cara" in card) == named


def test_answers_stay_json(referrals: list[Referral], adviser: StaffMember) -> None:
    closed_for(5000)
    _, secret = create_key(adviser.organisation, label="Key", scopes=[Scope.REFERRALS_READ])
    address = f"/api/v1/referrals/{referrals[0].uid}/"
    body = json.loads(signed_in(adviser).get(address, headers={"authorization": f"Bearer {secret}"}).content)
    assert set(body["client"]) == {"id", "external_id"}
    assert body["reason"] is None
    assert Client.objects.filter(uid=body["client"]["id"]).exists()
