"""What people do with the money of a pot: receive it, allocate it to a contract, give it back, pay a line of spend.

Who asks is not who approves, and approves only up to the amount of their role: the pack's list of approvals (COM-03;
Birmingham plan 4.2.13: spending needs a recorded approval in line with a framework). Pounds throughout.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from commissioning.enums import ActState, ContributionStatus, PostingKind
from commissioning.models import Contract, Contribution, Expenditure, FundingStream, LedgerAct, StreamTerm
from commissioning.services.appraisals import appraisal_for, needs_appraisal, why_not_appraised
from commissioning.services.ledger import in_pence, post, pot_overspent
from partners.enums import Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, StaffMember
from partners.permissions import Capability, may, require
from partners.platform.dates import long_date
from partners.platform.frame.tags import money
from partners.platform.records.changing import keep, refuse_future
from partners.platform.tenancy.scope import current_consortium_id

NOT_LISTED = "No list of approvals is kept for this partnership: the head of finance approves every amount."


@dataclass(frozen=True)
class Limit:
    """Up to how many pounds a role approves; None: any amount. ``basis`` says whose figure that is."""

    role: str
    up_to: Decimal | None
    basis: str = ""


def limits() -> list[Limit]:
    """Return who approves what, the smallest amounts first, from the consortium's pack; one query."""
    listed: Any = Consortium.objects.values_list("pack_data", flat=True).get(pk=current_consortium_id())
    rows = listed.get("approvals") or [{"role": Role.HEAD_OF_FINANCE, "up_to": None, "basis": NOT_LISTED}]
    found = [Limit(each["role"], _pounds(each["up_to"]), each["basis"]) for each in rows]
    return sorted(found, key=lambda each: (each.up_to is None, each.up_to or 0))


def _pounds(told: Any) -> Decimal | None:
    return None if told is None else Decimal(str(told))


def may_approve(act: LedgerAct, staff: StaffMember) -> bool:
    """Tell whether somebody may approve an act: in the accountable body, not the one who asked, up to their amount."""
    return not why_not_approved(act, staff)


def why_not_approved(act: LedgerAct, staff: StaffMember) -> str:
    if not may(staff, Capability.KEEP_MONEY):
        return NotAllowed.message
    if act.asked_by_id == staff.pk or act.asked_by.user_id == staff.user_id:
        return "You asked for this. Somebody else approves it."
    return why_not_up_to(abs(act.amount), staff) or why_not_appraised(act)


def why_not_up_to(amount: Decimal, staff: StaffMember) -> str:
    """Say why the role of somebody does not approve so many pounds; nothing where it does."""
    allowed = [each for each in limits() if each.role == staff.role]
    if not any(each.up_to is None or amount <= each.up_to for each in allowed):
        most = max((each.up_to for each in allowed if each.up_to is not None), default=None)
        said = f"up to {money(most)}" if most is not None else "no amount"
        return f"Your role approves {said}. This is {money(amount)}."
    return ""


def to_decide(staff: StaffMember) -> Any:
    """Return what waits for an approval that this person may give."""
    waiting = LedgerAct.objects.visible_to(staff).filter(state=ActState.ASKED).exclude(asked_by=staff)
    amounts = [each.up_to for each in limits() if each.role == staff.role]
    if not may(staff, Capability.KEEP_MONEY) or not amounts:
        return waiting.none()
    known = [each for each in amounts if each is not None]
    return waiting if None in amounts else waiting.filter(amount__lte=max(known), amount__gte=-max(known))


def receive(contribution: Contribution, *, amount: Decimal, on: date, note: str = "", by: StaffMember) -> LedgerAct:
    """Record money that a contributor sent, and post it: it spends nothing, so nobody else approves it."""
    require(by, Capability.KEEP_MONEY)
    current = _held(Contribution, contribution)
    if current.status != ContributionStatus.AGREED:
        raise CaseloadError("Money is received for what is agreed. Change the contribution to agreed first.")
    act = _asked(
        by,
        kind=PostingKind.RECEIVE,
        stream=current.funding_stream,
        contribution=current,
        amount=amount,
        on=on,
        note=note,
    )
    return _done(act, by=None, posted_by=by)


def ask_allocation(
    contract: Contract, *, amount: Decimal, on: date, note: str, is_special: bool = False, by: StaffMember
) -> LedgerAct:
    """Ask for more out of the contract's stream for it; a negative amount gives back what it does not need.

    Nothing is taken out of the pot before it is approved; what is major, or ``is_special``, not before it is appraised.
    """
    require(by, Capability.KEEP_MONEY)
    kind = PostingKind.ALLOCATE if amount > 0 else PostingKind.RELEASE
    if not note.strip():
        raise CaseloadError("Enter why, for whoever approves it.", field="note")
    stream = contract.funding_stream
    facts = {"kind": kind, "stream": stream, "contract": contract, "amount": abs(amount), "is_special": is_special}
    return _asked(by, on=on, note=note, **facts)


def ask_payment(spend: Expenditure, *, on: date, note: str = "", by: StaffMember) -> LedgerAct:
    """Ask to pay a line of spend that is not paid; what it may be spent on is judged now and when it is approved."""
    require(by, Capability.KEEP_MONEY)
    current = _held(Expenditure, spend)
    refuse_payment(current, on=on)
    contract = current.contract
    stream = contract.funding_stream
    return _asked(
        by,
        kind=PostingKind.PAY,
        stream=stream,
        contract=contract,
        expenditure=current,
        amount=current.amount,
        on=on,
        note=note,
    )


def refuse_payment(spend: Expenditure, *, on: date) -> None:
    """Refuse to pay what is paid, not eligible, outside the contract's days or outside the terms of its stream.

    :raises CaseloadError: with the sentence that says which
    """
    contract = spend.contract
    if spend.defrayed_on is not None:
        raise CaseloadError(f"This line is paid already, on {long_date(spend.defrayed_on)}.")
    if spend.eligible is False:
        raise CaseloadError("This line is judged not eligible. It is not paid out of the stream.")
    if not contract.starts_on <= spend.incurred_on <= contract.ends_on:
        days = f"{long_date(contract.starts_on)} to {long_date(contract.ends_on)}"
        raise CaseloadError(f"The contract runs from {days}; this was incurred on {long_date(spend.incurred_on)}.")
    if on < spend.incurred_on:
        raise CaseloadError(
            f"Enter a date on or after {long_date(spend.incurred_on)}, the day it was incurred.", field="on"
        )
    if in_pence(spend.amount) == 0:
        raise CaseloadError("This line is less than half a penny. There is nothing to pay.")
    refuse_outside_terms(spend)
    if (over := pot_overspent(contract.funding_stream_id)) and spend.amount > 0:
        said = f"The pot of {contract.funding_stream} is allocated {money(over)} beyond what is agreed."
        raise CaseloadError(f"{said} Nothing is paid out of it here until more is agreed or some is given back.")


def terms_of(stream: FundingStream) -> list[str]:
    """Return the terms of a stream in sentences, for whoever approves what is spent of it."""
    return [_in_words(each) for each in StreamTerm.objects.filter(funding_stream=stream).order_by("category", "pk")]


def _in_words(term: StreamTerm) -> str:
    days = [
        f"{word} {long_date(day)}"
        for word, day in (("from", term.starts_on), ("until", term.ends_on))
        if day is not None
    ]
    named = [(("in ", term.areas)), (("for ", term.groups)), (("", term.conditions))]
    said = [f"{word}{text}" for word, text in named if text]
    return ", ".join([str(term), *days, *said])


def refuse_outside_terms(spend: Expenditure) -> None:
    """Refuse spend that no term of its stream covers: its category, on the day it was incurred."""
    terms = StreamTerm.objects.filter(funding_stream=spend.contract.funding_stream_id)
    if not terms.exists():
        return
    day = spend.incurred_on
    in_time = terms.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    )
    if not in_time.exists():
        raise CaseloadError(f"No term of the stream covers {long_date(day)}, the day it was incurred.")
    if not in_time.filter(Q(category="") | Q(category__iexact=spend.category.strip())).exists():
        category = spend.category or "spend without a category"
        raise CaseloadError(f"The terms of the stream do not cover {category} on {long_date(day)}.")


def approve(act: LedgerAct, *, version: int, decision: str = "", by: StaffMember) -> LedgerAct:
    """Approve an act and post it, both or neither.

    :raises Overspent: the pot, or what is allocated to the contract, has less
    :raises ChangedMeanwhile: it was decided, or changed, since it was opened
    """
    current = _waiting(act, version)
    if said := why_not_approved(current, by):
        raise CaseloadError(said)
    if current.kind == PostingKind.PAY:
        spend = _held(Expenditure, current.expenditure)
        if spend.amount != current.amount or spend.contract_id != current.contract_id:
            raise CaseloadError("The line of spend was changed since this was asked. Refuse it, and ask again.")
        refuse_payment(spend, on=current.booked_on)
    if current.contract and current.contract.funding_stream_id != current.stream_id:
        raise CaseloadError(
            "The contract is paid out of another stream since this was asked. Refuse it, and ask again."
        )
    current.decision = decision.strip()
    current.appraisal = appraisal_for(current) if needs_appraisal(current) else None
    return _done(current, by=by, posted_by=by)


def refuse(act: LedgerAct, *, version: int, decision: str, by: StaffMember) -> LedgerAct:
    """Refuse an act with a reason; who asked may take it back so. Nothing was posted."""
    require(by, Capability.KEEP_MONEY)
    current = _waiting(act, version)
    if not decision.strip():
        raise CaseloadError("Enter the reason.", field="decision")
    current.decision = decision.strip()
    return _decided(current, ActState.REFUSED, by=by)


@transaction.atomic
def _done(act: LedgerAct, *, by: StaffMember | None, posted_by: StaffMember) -> LedgerAct:
    _decided(act, ActState.DONE, by=by)
    if act.expenditure is not None:
        act.expenditure.defrayed_on = act.booked_on
        act.expenditure.version += 1
        act.expenditure.save(update_fields=["defrayed_on", "version"])
    post(act, by=posted_by)
    return act


def _decided(act: LedgerAct, state: ActState, *, by: StaffMember | None) -> LedgerAct:
    act.state, act.decided_by, act.decided_at = state, by, timezone.now()
    act.version += 1
    act.save()
    return act


def _asked(by: StaffMember, *, on: date, **facts: Any) -> LedgerAct:
    refuse_future(on, "on")
    facts["note"] = facts["note"].strip()
    if in_pence(facts["amount"]) == 0:
        raise CaseloadError("Enter an amount of a penny or more.", field="amount")
    try:
        with transaction.atomic():
            return keep(LedgerAct(asked_by=by, booked_on=on, **facts))
    except IntegrityError as twice:
        if "commissioning_ledgeract_asked_once" not in str(twice):
            raise
        raise CaseloadError("Payment of this line is asked for already.") from twice


def _waiting(act: LedgerAct, version: int) -> LedgerAct:
    locked = LedgerAct.objects.select_for_update(of=("self",))
    current: LedgerAct = locked.select_related("asked_by", "contract__funding_stream", "contribution").get(pk=act.pk)
    if current.version != version or current.state != ActState.ASKED:
        raise ChangedMeanwhile
    return current


def _held(model: Any, record: Any) -> Any:
    """Return a record as it is now, locked until this work ends."""
    return model.objects.select_for_update().get(pk=record.pk)
