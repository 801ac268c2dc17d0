"""The state of a referral, and what it opens."""

import datetime as dt

import pytest
from django.utils import timezone

from caseload.enums import ReferralStatus
from caseload.errors import ConsentMissing, OnlyReceiverAnswers, OnlySenderWithdraws
from caseload.models import Client, Referral, Share
from caseload.services.referrals import (
    accept_referral,
    allowed_steps,
    complete_referral,
    decline_referral,
    return_referral,
    start_referral,
    withdraw_referral,
)
from caseload.services.sending import clock, send_referral
from caseload.services.sharing import record_consent, withdraw_consent
from caseload.services.upkeep import follow_package, let_a_day_pass
from caseload.steps import ACCEPT, DECLINE, WITHDRAW
from partners.errors import CaseloadError, NotAllowed, StepNotAllowed
from partners.models import Consortium, StaffMember
from partners.working_days import after_working_days
from tests.factories.caseload import ClientFactory, ConsentFactory, ReferralFactory
from tests.factories.partners import StaffFactory

TODAY = timezone.localdate()
MAY_14 = dt.date(2007, 5, 14)


@pytest.fixture
def client(outsider: StaffMember) -> Client:
    """A client of the other organisation, with that organisation's adviser and consent to share with every partner."""
    client = ClientFactory(organisation=outsider.organisation, adviser=outsider)
    ConsentFactory(client=client)
    return client


@pytest.fixture
def referral(client: Client, adviser: StaffMember, outsider: StaffMember) -> Referral:
    return send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=outsider)


def sees(staff: StaffMember, client: Client) -> bool:
    now = StaffMember.objects.get(pk=staff.pk)  # as the next request finds them, their organisation's group included
    return Client.objects.visible_to(now).filter(pk=client.pk).exists()


def test_sending_opens_the_record_to_the_receiver(client: Client, adviser: StaffMember, outsider: StaffMember) -> None:
    assert not sees(adviser, client)

    referral = send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=outsider, urgent=True)

    assert referral.status == ReferralStatus.SENT
    assert referral.made_by == outsider
    assert sees(adviser, client)


def test_sending_without_consent_is_refused(adviser: StaffMember, outsider: StaffMember) -> None:
    client = ClientFactory(organisation=outsider.organisation)

    with pytest.raises(ConsentMissing):
        send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=outsider)

    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "consent",
    [
        {"purpose": "tracking"},
        {"expires_on": TODAY - dt.timedelta(days=1)},
        {"withdrawn_on": TODAY},
        {"given_on": TODAY + dt.timedelta(days=1)},
    ],
    ids=["for another purpose", "expired", "withdrawn", "not yet given"],
)
def test_a_consent_not_in_force_shares_nothing(
    consent: dict[str, object], adviser: StaffMember, outsider: StaffMember
) -> None:
    client = ClientFactory(organisation=outsider.organisation)
    ConsentFactory(client=client, **consent)

    with pytest.raises(ConsentMissing):
        send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=outsider)


def test_a_consent_for_one_organisation_covers_no_other(client: Client, adviser: StaffMember) -> None:
    client.consents.update(organisation=StaffFactory().organisation)

    with pytest.raises(ConsentMissing):
        send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=client.adviser)


def test_sending_a_client_one_may_not_see_is_refused(client: Client, adviser: StaffMember) -> None:
    third = StaffFactory()

    with pytest.raises(NotAllowed):
        send_referral(client, to_organisation=adviser.organisation, made_on=MAY_14, by=third)


def test_the_whole_way_of_a_referral(referral: Referral, adviser: StaffMember) -> None:
    accept_referral(referral, by=adviser, on=TODAY)
    start_referral(referral, by=adviser, on=TODAY)
    done = complete_referral(referral, by=adviser, on=TODAY, reason="In work")

    assert (done.status, done.status_reason, done.answered_by) == ("completed", "In work", adviser)
    assert done.version == 4


def test_a_step_that_is_not_allowed_names_those_that_are(referral: Referral, adviser: StaffMember) -> None:
    with pytest.raises(StepNotAllowed) as refusal:
        complete_referral(referral, by=adviser, on=TODAY)

    assert refusal.value.allowed == ("accepted", "declined", "withdrawn", "expired")


def test_only_the_receiver_answers(referral: Referral, outsider: StaffMember) -> None:
    with pytest.raises(OnlyReceiverAnswers):
        accept_referral(referral, by=outsider, on=TODAY)


def test_only_the_sender_withdraws(referral: Referral, adviser: StaffMember) -> None:
    with pytest.raises(OnlySenderWithdraws):
        withdraw_referral(referral, by=adviser, on=TODAY)


def test_declining_needs_a_reason(referral: Referral, adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError) as refusal:
        decline_referral(referral, by=adviser, on=TODAY, reason=" ")

    assert list(refusal.value.fields) == ["reason"]


def test_allowed_steps_are_those_of_the_organisation(
    referral: Referral, adviser: StaffMember, outsider: StaffMember
) -> None:
    assert allowed_steps(referral, organisation_id=adviser.organisation_id) == (ACCEPT, DECLINE)
    assert allowed_steps(referral, organisation_id=outsider.organisation_id) == (WITHDRAW,)


def test_declining_closes_the_record(referral: Referral, adviser: StaffMember) -> None:
    decline_referral(referral, by=adviser, on=TODAY, reason="Out of our area")

    assert not sees(adviser, referral.client)
    assert Share.objects.get().end_reason == "Referral declined"


def test_withdrawing_closes_the_record(referral: Referral, adviser: StaffMember, outsider: StaffMember) -> None:
    withdraw_referral(referral, by=outsider, on=TODAY)

    assert not sees(adviser, referral.client)


def test_handing_back_closes_the_record(referral: Referral, adviser: StaffMember) -> None:
    accept_referral(referral, by=adviser, on=TODAY)

    return_referral(referral, by=adviser, on=TODAY, reason="Moved away")

    assert not sees(adviser, referral.client)


def test_completed_work_keeps_its_sight_until_the_consent_ends(referral: Referral, adviser: StaffMember) -> None:
    accept_referral(referral, by=adviser, on=TODAY)
    start_referral(referral, by=adviser, on=TODAY)
    complete_referral(referral, by=adviser, on=TODAY)
    assert sees(adviser, referral.client)

    withdraw_consent(referral.consent, on=TODAY, by=referral.made_by, today=TODAY)

    assert not sees(adviser, referral.client)
    assert Share.objects.get().end_reason == "Consent withdrawn"


def test_another_consent_takes_over_from_the_one_that_ended(referral: Referral, adviser: StaffMember) -> None:
    ConsentFactory(client=referral.client)

    withdraw_consent(referral.consent, on=TODAY, by=referral.made_by, today=TODAY)

    assert sees(adviser, referral.client)
    assert Share.objects.filter(ended_at__isnull=True).count() == 1


def test_the_last_day_of_a_consent_counts(referral: Referral, adviser: StaffMember) -> None:
    referral.consent.expires_on = TODAY
    referral.consent.save()

    let_a_day_pass(today=TODAY)
    assert sees(adviser, referral.client)

    let_a_day_pass(today=TODAY + dt.timedelta(days=1))
    assert not sees(adviser, referral.client)


def test_not_answered_in_time_expires_and_closes(referral: Referral, adviser: StaffMember) -> None:
    let_a_day_pass(today=referral.answer_by)
    referral.refresh_from_db()
    assert referral.status == ReferralStatus.SENT

    let_a_day_pass(today=referral.answer_by + dt.timedelta(days=1))

    referral.refresh_from_db()
    assert (referral.status, referral.status_reason) == ("expired", "Not answered in time.")
    assert not sees(adviser, referral.client)


def test_upkeep_twice_changes_nothing(referral: Referral) -> None:
    let_a_day_pass(today=TODAY)
    before = list(Share.objects.values())

    let_a_day_pass(today=TODAY)

    assert list(Share.objects.values()) == before


def test_an_imported_referral_without_consent_opens_nothing_until_consent_comes(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    client = ClientFactory(organisation=outsider.organisation)
    referral = ReferralFactory(client=client, to_organisation=adviser.organisation)
    follow_package(today=TODAY)
    assert not sees(adviser, client)
    accept_referral(referral, by=adviser, on=TODAY)
    assert Client.objects.get(pk=client.pk).adviser is None

    record_consent(client, purpose="sharing", given_on=TODAY, method="paper", by=outsider, today=TODAY)

    assert sees(adviser, client)


def test_an_imported_referral_with_consent_opens_the_client(adviser: StaffMember, outsider: StaffMember) -> None:
    client = ClientFactory(organisation=outsider.organisation)
    ConsentFactory(client=client)
    referral = ReferralFactory(client=client, to_organisation=adviser.organisation)

    follow_package(today=TODAY)

    assert sees(adviser, client)
    referral.refresh_from_db()
    assert referral.answer_by == after_working_days(TODAY, 10, nation="england")


@pytest.mark.parametrize(("nation", "last_day"), [("england", "2027-01-06"), ("scotland", "2027-01-07")])
def test_the_clock_keeps_the_bank_holidays_of_the_partnership(nation: str, last_day: str) -> None:
    made = dt.date(2026, 12, 18)
    partnership = Consortium(referral_days=10, nation=nation)

    assert clock(partnership, made_on=made, today=made) == dt.date.fromisoformat(last_day)
    assert clock(partnership, made_on=dt.date(2007, 5, 14), today=made) == dt.date.fromisoformat(last_day)
