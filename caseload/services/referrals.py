"""The steps of a referral: the only door through which a referral changes its state (CAS-06, API.md).

Page, API and scheduler call the same function; ``by`` is a member of staff or, for a partner's system, its key: both
belong to an organisation. Each step locks the row, so of two answers at once the second is told what still can be done.
"""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone

from caseload.enums import ReferralStatus
from caseload.errors import OnlyReceiverAnswers, OnlySenderWithdraws
from caseload.judging import By, may_refer
from caseload.models import Client, Referral
from caseload.models.client import may_lead
from caseload.services.leading import assign_adviser
from caseload.services.news import tell_of_lead, tell_of_steps
from caseload.services.sharing import bring_shares_up_to_date, is_open_to
from caseload.steps import (
    ACCEPT,
    COMPLETE,
    DECLINE,
    RETURN,
    START,
    WITHDRAW,
    Side,
    Step,
    steps_after,
)
from partners.errors import CaseloadError, StepNotAllowed
from partners.judging import require_right
from partners.models import StaffMember


def take_step(referral: Referral, step: Step, *, by: By, on: date, reason: str = "") -> Referral:
    """Take a step, whoever's turn it is, from the state the referral is in by now; both sides are told.

    Who accepts works with the client beside the lead adviser, who stays (CAS-08). Where nobody leads (no adviser, or
    one who has left or may not open the record), whoever accepts takes the lead, and the owner is told; a partner's
    system names nobody. Without consent the record stays closed, so nobody leads or works who could not open it.
    """
    if step.needs_reason and not reason.strip():
        raise CaseloadError("Give the reason, so that the sender knows what to do next.", field="reason")
    require_right(held=may_refer(by))
    if step.by == Side.SENDER and referral.from_organisation_id != by.organisation_id:
        raise OnlySenderWithdraws
    if step.by == Side.RECEIVER and referral.to_organisation_id != by.organisation_id:
        raise OnlyReceiverAnswers
    with transaction.atomic():
        locked = _step(referral, step, by=by, on=on, reason=reason)
        if step is ACCEPT and isinstance(by, StaffMember):
            _lead_where_nobody_does(locked.client_id, by, on=on)
    return locked


accept_referral = partial(take_step, step=ACCEPT)
decline_referral = partial(take_step, step=DECLINE)
start_referral = partial(take_step, step=START)
complete_referral = partial(take_step, step=COMPLETE)
return_referral = partial(take_step, step=RETURN)
withdraw_referral = partial(take_step, step=WITHDRAW)


def _lead_where_nobody_does(client_id: int, by: StaffMember, *, on: date) -> None:
    client: Client = (
        Client.objects.select_for_update(of=("self",)).select_related("adviser", "organisation").get(pk=client_id)
    )
    is_led = Client.objects.led().filter(pk=client.pk).exists()
    if not is_led and may_lead(by) and _is_open_to_person(client, by):
        before = client.adviser
        assign_adviser(client, adviser=by, on=on)
        tell_of_lead(client, lead=by, before=before, by=by)


def _is_open_to_person(client: Client, by: StaffMember) -> bool:
    """Tell whether a record is open to somebody's organisation and, where it is restricted, to themselves."""
    named = not client.restricted or Client.objects.visible_to(by).filter(pk=client.pk).exists()
    return named and is_open_to(client, by.organisation_id)


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


def allowed_steps(referral: Referral, *, organisation_id: int) -> tuple[Step, ...]:
    """Return the steps this organisation may take with a referral now."""
    sides = {
        Side.SENDER: referral.from_organisation_id == organisation_id,
        Side.RECEIVER: referral.to_organisation_id == organisation_id,
        Side.NOBODY: False,
    }
    return tuple(step for step in steps_after(referral.status) if sides[step.by])


def _step(referral: Referral, step: Step, *, by: By, on: date, reason: str) -> Referral:
    locked: Referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if locked.status not in step.after:
        allowed = tuple(each.to for each in steps_after(locked.status))
        raise StepNotAllowed(state=locked.status, wanted=step.to, allowed=allowed)
    if on < locked.status_on:
        raise CaseloadError("Enter a day on or after the referral's last step.", field="on")
    locked.status, locked.status_on, locked.status_reason = step.to, on, reason.strip()
    if isinstance(by, StaffMember):
        locked.answered_by = by
    locked.version += 1
    locked.save(update_fields=["status", "status_on", "status_reason", "answered_by", "version", "updated_at"])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[locked.client_id])
    tell_of_steps([locked], by=by)
    return locked
