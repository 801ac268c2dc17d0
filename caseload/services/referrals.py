"""Hand-overs between organisations: the only door through which a referral changes its state (CAS-06, API.md).

Page, API and scheduler call the same function; ``by`` is a member of staff or, for a partner's system, its key: both
belong to an organisation. Each step locks the row, so of two answers at once the second is told what still can be done.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from caseload.enums import REFERRAL_STEPS, ReferralStatus
from caseload.errors import ConsentMissing, OnlyReceiverAnswers, OnlySenderWithdraws
from caseload.judging import By, may_refer
from caseload.models import Client, Consent, Referral
from caseload.models.client import may_lead
from caseload.queries.consents import covering_consents
from caseload.services.journey import require_working
from caseload.services.leading import assign_adviser
from caseload.services.news import tell_of_lead, tell_of_steps
from caseload.services.sharing import bring_shares_up_to_date, is_open_to
from commissioning.models import Service
from partners.errors import CaseloadError, NotAllowed, StepNotAllowed
from partners.judging import require_right
from partners.models import Consortium, Organisation, StaffMember
from partners.permissions import Capability, may
from partners.working_days import after_working_days


def send_referral(
    client: Client,
    *,
    to_organisation: Organisation,
    made_on: date,
    by: By,
    service: Service | None = None,
    reason: str = "",
    urgent: bool = False,
    consent: Consent | None = None,
) -> Referral:
    """Hand a client over to another organisation, under a consent to share that covers it today.

    The clock runs from the day the receiver could first see it: a referral written down later is not late on arrival.
    """
    may_answer(by)
    today = timezone.localdate()
    client = client.merged_into or client
    check_target(by, to_organisation, service)
    if not may_see(client, by):
        raise NotAllowed
    sees_all = isinstance(by, StaffMember) and may(by, Capability.SEE_ALL_CLIENTS)
    require_working(client, by.organisation_id, sees_all=sees_all)
    if made_on > today:
        raise CaseloadError("Enter today or a day in the past.", field="made_on")
    consent = consent or covering_consents(client, organisation=to_organisation, today=today).first()
    if consent is None or not covers(consent, to_organisation, today=today):
        raise ConsentMissing(field="consent")
    with transaction.atomic():
        referral = Referral(
            client=client,
            consent=consent,
            from_organisation_id=by.organisation_id,
            to_organisation=to_organisation,
            service=service,
            made_on=made_on,
            status_on=made_on,
            reason=reason,
            urgent=urgent,
            answer_by=clock(by.consortium, made_on=made_on, today=today),
            made_by=by if isinstance(by, StaffMember) else None,
        )
        referral.save()
        bring_shares_up_to_date(today=today, clients=[client.pk])
    return referral


def accept_referral(referral: Referral, *, by: By, on: date, reason: str = "") -> Referral:
    """Take the client on for a service: who accepts works with them beside the lead adviser, who stays (CAS-08).

    Where nobody leads (no adviser, or one who has left or may not open the record), whoever accepts takes the lead, and
    the owner is told; a partner's system names nobody. Without consent the record stays closed, so nobody leads or
    works who could not open it.
    """
    with transaction.atomic():
        locked = _receiver_step(referral, ReferralStatus.ACCEPTED, by=by, on=on, reason=reason)
        client: Client = (
            Client.objects.select_for_update(of=("self",))
            .select_related("adviser", "organisation")
            .get(pk=locked.client_id)
        )
        is_led = Client.objects.led().filter(pk=client.pk).exists()
        if isinstance(by, StaffMember) and not is_led and may_lead(by) and _is_open_to_person(client, by):
            before = client.adviser
            assign_adviser(client, adviser=by, on=on)
            tell_of_lead(client, lead=by, before=before, by=by)
    return locked


def _is_open_to_person(client: Client, by: StaffMember) -> bool:
    """Tell whether a record is open to somebody's organisation and, where it is restricted, to themselves."""
    named = not client.restricted or Client.objects.visible_to(by).filter(pk=client.pk).exists()
    return named and is_open_to(client, by.organisation_id)


def decline_referral(referral: Referral, *, by: By, on: date, reason: str) -> Referral:
    _require_reason(reason)
    return _receiver_step(referral, ReferralStatus.DECLINED, by=by, on=on, reason=reason)


def start_referral(referral: Referral, *, by: By, on: date, reason: str = "") -> Referral:
    return _receiver_step(referral, ReferralStatus.STARTED, by=by, on=on, reason=reason)


def complete_referral(referral: Referral, *, by: By, on: date, reason: str = "") -> Referral:
    return _receiver_step(referral, ReferralStatus.COMPLETED, by=by, on=on, reason=reason)


def return_referral(referral: Referral, *, by: By, on: date, reason: str) -> Referral:
    """Hand the client back, with a reason."""
    _require_reason(reason)
    return _receiver_step(referral, ReferralStatus.RETURNED, by=by, on=on, reason=reason)


def withdraw_referral(referral: Referral, *, by: By, on: date, reason: str = "") -> Referral:
    may_answer(by)
    if referral.from_organisation_id != by.organisation_id:
        raise OnlySenderWithdraws
    return _step(referral, ReferralStatus.WITHDRAWN, by=by, on=on, reason=reason)


def expire_referrals(*, today: date) -> int:
    """Let the referrals expire that were not answered in the consortium's limit; return how many."""
    with transaction.atomic():
        late = list(Referral.objects.overdue(today=today).select_for_update(skip_locked=True))
        for referral in late:
            referral.status, referral.status_on = ReferralStatus.EXPIRED, max(today, referral.made_on)
            referral.status_reason = "Not answered in time."
            referral.version += 1
            referral.updated_at = timezone.now()
        Referral.objects.bulk_update(
            late, ["status", "status_on", "status_reason", "version", "updated_at"], batch_size=1000
        )
        if late:
            bring_shares_up_to_date(today=today, clients={referral.client_id for referral in late})
            tell_of_steps(late, by=None)
    return len(late)


def allowed_steps(referral: Referral, *, organisation_id: int) -> tuple[str, ...]:
    """Return the states this organisation may take a referral to now; nobody takes one to expired."""
    sender = referral.from_organisation_id == organisation_id
    receiver = referral.to_organisation_id == organisation_id
    return tuple(
        step
        for step in REFERRAL_STEPS[referral.status]
        if step != ReferralStatus.EXPIRED and (sender if step == ReferralStatus.WITHDRAWN else receiver)
    )


def clock(consortium: Consortium, *, made_on: date, today: date) -> date:
    """Return the last day for an answer, in working days after the receiver could first see the referral."""
    return after_working_days(max(made_on, today), consortium.referral_days, nation=consortium.nation)


def covers(consent: Consent, organisation: Organisation, *, today: date) -> bool:
    return covering_consents(consent.client, organisation=organisation, today=today).filter(pk=consent.pk).exists()


def check_target(by: By, to_organisation: Organisation, service: Service | None) -> None:
    if to_organisation.pk == by.organisation_id:
        raise CaseloadError("Choose another organisation than your own.", field="to_organisation")
    if service is not None and service.organisation_id != to_organisation.pk:
        raise CaseloadError(f"Choose a service of {to_organisation.name}.", field="service")


def may_answer(by: By) -> None:
    require_right(held=may_refer(by))


def may_see(client: Client, by: By) -> bool:
    if isinstance(by, StaffMember):
        return Client.objects.visible_to(by).filter(pk=client.pk).exists()
    return is_open_to(client, by.organisation_id)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise CaseloadError("Give the reason, so that the sender knows what to do next.", field="reason")


def _receiver_step(referral: Referral, wanted: ReferralStatus, *, by: By, on: date, reason: str) -> Referral:
    may_answer(by)
    if referral.to_organisation_id != by.organisation_id:
        raise OnlyReceiverAnswers
    return _step(referral, wanted, by=by, on=on, reason=reason)


@transaction.atomic
def _step(referral: Referral, wanted: ReferralStatus, *, by: By, on: date, reason: str) -> Referral:
    locked: Referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if wanted not in REFERRAL_STEPS[locked.status]:
        raise StepNotAllowed(state=locked.status, wanted=wanted, allowed=REFERRAL_STEPS[locked.status])
    if on < locked.status_on:
        raise CaseloadError("Enter a day on or after the referral's last step.", field="on")
    locked.status, locked.status_on, locked.status_reason = wanted, on, reason.strip()
    if isinstance(by, StaffMember):
        locked.answered_by = by
    locked.version += 1
    locked.save(update_fields=["status", "status_on", "status_reason", "answered_by", "version", "updated_at"])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[locked.client_id])
    tell_of_steps([locked], by=by)
    return locked
