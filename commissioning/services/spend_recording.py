"""Spend recorded by a provider's own people, transaction by transaction, and its desk check (COM-10, COM-11).

What is not accepted is not eligible: it counts in no claim and is not paid. The desk check is the accountable body's,
never that of the provider's own people, and never that of who recorded the line or sent it in. Amounts are pounds.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from commissioning.enums import SpendState
from commissioning.models import Contract, Expenditure, SpendRecord, StreamTerm
from commissioning.queries.facts import facts_of, last_day
from commissioning.services.ledger_acts import refuse_outside_terms
from commissioning.services.months import close_months
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Document, StaffMember
from partners.permissions import Capability, may, require
from partners.platform.dates import long_date
from partners.platform.frame.tags import money
from partners.platform.records.changing import keep, refuse_before, refuse_future

NOTHING = Decimal(0)
OPEN = (SpendState.RECORDED, SpendState.QUERIED)
LINE = ("incurred_on", "category", "indicator", "invoice_ref")
TOLD = ("payee", "what_for", "paid_on")


def may_record(contract: Contract, staff: StaffMember) -> bool:
    """Tell whether somebody records spend of a contract: the provider's own people do."""
    return may(staff, Capability.WORK_CONTRACTS) and contract.provider_id == staff.organisation_id


def why_not_checked(record: SpendRecord, staff: StaffMember) -> str:
    """Say why somebody may not check a line; nothing where they may.

    Where the accountable body provides itself, another of its people checks than who recorded it or sent it in.
    """
    if not may(staff, Capability.CHECK_SPEND):
        return NotAllowed.message
    own = record.contract.provider_id == staff.organisation_id
    if own and not staff.organisation.accountable_body:
        return "This is your organisation's spend. The accountable body checks it."
    did = [each for each in (record.recorded_by, record.submitted_by) if each is not None]
    if any(each.pk == staff.pk or each.user_id == staff.user_id for each in did):
        return "You recorded this or sent it in. Somebody else checks it."
    return ""


def allowed_categories(contract: Contract) -> list[str]:
    """Return the categories that the terms of a contract's stream name; none where they cover every one."""
    named = StreamTerm.objects.filter(funding_stream=contract.funding_stream_id).values_list("category", flat=True)
    return [] if "" in named else sorted(set(named))


def record_spend(contract: Contract, values: Mapping[str, Any], *, by: StaffMember) -> SpendRecord:
    """Record one transaction; it is no eligible spend before it is accepted."""
    if not may_record(contract, by):
        raise NotAllowed
    with transaction.atomic():
        held = _held(contract)
        net, vat = values["net"], values.get("vat") or NOTHING
        spend = Expenditure(contract=held, amount=net + vat, eligible=False, **{name: values[name] for name in LINE})
        refuse_spend(spend, values)
        _refuse_overspent(held, spend)
        keep(spend)
        return keep(_told(spend, values, net=net, vat=vat, recorded_by=by))


def change_spend(record: SpendRecord, values: Mapping[str, Any], *, version: int, by: StaffMember) -> SpendRecord:
    """Change a line that was not sent in, or about which something is asked."""
    if not may_record(record.contract, by):
        raise NotAllowed
    with transaction.atomic():
        held = _held(record.contract)
        current = _waiting(record, version, *OPEN)
        if current.credits_id is not None:
            raise CaseloadError("A credit is not changed. Record another one.")
        spend = current.expenditure
        net, vat = values["net"], values.get("vat") or NOTHING
        spend.amount = net + vat
        for name in LINE:
            setattr(spend, name, values[name])
        refuse_spend(spend, values)
        _refuse_overspent(held, spend)
        _refuse_below_credits(spend)
        spend.version += 1
        keep(spend)
        for name in TOLD:
            setattr(current, name, values[name])
        current.net, current.vat, current.version = net, vat, current.version + 1
        return keep(current)


def refuse_spend(spend: Expenditure, values: Mapping[str, Any]) -> None:
    """Refuse days that cannot be, spend outside the contract's days, and what the stream's terms do not allow."""
    contract = spend.contract
    refuse_future(spend.incurred_on, "incurred_on")
    refuse_future(values["paid_on"], "paid_on")
    refuse_before(values["paid_on"], spend.incurred_on, "paid_on", what="the day it was incurred")
    last = last_day(contract, facts_of(contract))
    if not contract.starts_on <= spend.incurred_on <= last:
        days = f"{long_date(contract.starts_on)} to {long_date(last)}"
        raise CaseloadError(f"Enter a day on which the contract runs: {days}.", field="incurred_on")
    try:
        refuse_outside_terms(spend)
    except CaseloadError as refusal:
        raise CaseloadError(refusal.message, field="category") from refusal


def _refuse_overspent(contract: Contract, spend: Expenditure) -> None:
    """Refuse more than the contract is worth, of what is accepted, unjudged or still to be judged."""
    refused = Q(records__state=SpendState.REFUSED) | Q(eligible=False, records__isnull=True)
    others = Expenditure.objects.filter(contract=contract).exclude(refused).exclude(pk=spend.pk)
    whole = (others.aggregate(whole=Sum("amount"))["whole"] or NOTHING) + spend.amount
    if spend.amount > 0 and whole > contract.value:
        said = f"With this, {money(whole)} is spent of a contract worth {money(contract.value)}."
        raise CaseloadError(f"{said} Ask for a variation first.", field="net")


def record_credit(charge: Expenditure, values: Mapping[str, Any], *, by: StaffMember) -> SpendRecord:
    """Record what a payee gave back of a charge; ``net`` and ``vat`` are typed above nought and kept below.

    Of a line that the accountable body keeps itself, the credit counts as its charge does; of a provider's, it is
    checked as any line.
    """
    keeps = may(by, Capability.KEEP_MONEY)
    if not keeps and not may_record(charge.contract, by):
        raise NotAllowed
    with transaction.atomic():
        held: Any = Expenditure.objects.select_for_update(of=("self",)).select_related("contract").get(pk=charge.pk)
        if held.amount <= 0:
            raise CaseloadError("This line is a credit itself. Record the credit with the charge.")
        net, vat = -values["net"], -(values.get("vat") or NOTHING)
        left = held.amount + (held.credited_by.aggregate(back=Sum("net") + Sum("vat"))["back"] or NOTHING)
        if -(net + vat) > left:
            raise CaseloadError(f"Enter no more than {money(left)}: that is left of the charge.", field="net")
        refuse_future(values["paid_on"], "paid_on")
        refuse_before(values["paid_on"], held.incurred_on, "paid_on", what="the day of the charge")
        own = held.records.exists() and not keeps
        spend = Expenditure(
            contract=held.contract,
            incurred_on=held.incurred_on,
            amount=net + vat,
            category=held.category,
            indicator=held.indicator,
            invoice_ref=values["invoice_ref"],
            eligible=False if own else held.eligible,
        )
        keep(spend)
        state = SpendState.RECORDED if own else SpendState.KEPT
        told = _told(spend, values, net=net, vat=vat, recorded_by=by, credits=held)
        told.state = state
        return keep(told)


def _refuse_below_credits(spend: Expenditure) -> None:
    back = spend.credited_by.aggregate(back=Sum("net") + Sum("vat"))["back"] or NOTHING
    if spend.amount + back < 0:
        raise CaseloadError(f"{money(-back)} of it is credited already. Enter as much or more.", field="net")


def _told(spend: Expenditure, values: Mapping[str, Any], **more: Any) -> SpendRecord:
    told = {name: values[name] for name in TOLD}
    return SpendRecord(expenditure=spend, contract=spend.contract, **told, **more)


def submit_month(contract: Contract, *, month: date, by: StaffMember) -> int:
    """Send in what was recorded up to the end of a month, for the desk check; return the number of lines.

    :raises CaseloadError: there is nothing, or a line has no evidence
    """
    if not may_record(contract, by):
        raise NotAllowed
    first = month.replace(day=1)
    after = (first.replace(day=28) + timedelta(days=7)).replace(day=1)
    with transaction.atomic():
        locked: Any = SpendRecord.objects.select_for_update(of=("self",)).select_related("expenditure")
        rows = list(
            locked.filter(contract=contract, state=SpendState.RECORDED, expenditure__incurred_on__lt=after).order_by(
                "pk"
            )
        )
        if not rows:
            raise CaseloadError(f"Nothing is recorded up to {first:%B %Y} that was not sent in.", field="month")
        _refuse_without_evidence(rows)
        for row in rows:
            row.state, row.month = SpendState.SUBMITTED, first
            row.submitted_by, row.submitted_at = by, timezone.now()
            row.version += 1
            row.save()
    return len(rows)


def _refuse_without_evidence(rows: list[SpendRecord]) -> None:
    documents = Document.objects.filter(
        subject_kind=SpendRecord._meta.label_lower, subject_id__in=[row.pk for row in rows], removed_at__isnull=True
    )
    with_one = set(documents.values_list("subject_id", flat=True))
    if bare := [row for row in rows if row.pk not in with_one]:
        named = "; ".join(f"{money(row.expenditure.amount)} to {row.payee}" for row in bare[:5])
        more = f" and {len(bare) - 5} more" if len(bare) > 5 else ""
        raise CaseloadError(f"Add a document to each line first. Without one: {named}{more}.", field="month")


@transaction.atomic
def accept(record: SpendRecord, *, version: int, by: StaffMember, remark: str = "") -> SpendRecord:
    """Accept a line: it is eligible spend from now on. With the last line of its month, the month is closed."""
    contract = _held(record.contract)
    current = _to_check(record, version, by)
    refuse_spend(current.expenditure, {"paid_on": current.paid_on})
    _judge(current, SpendState.ACCEPTED, by, remark)
    _say_eligible(current, eligible=True)
    _close_checked_month(contract, current)
    return current


def query(record: SpendRecord, *, version: int, question: str, by: StaffMember) -> SpendRecord:
    """Ask the provider something about a line; its answer sends it in again."""
    if not question.strip():
        raise CaseloadError("Enter the question.", field="question")
    with transaction.atomic():
        current = _to_check(record, version, by)
        current.answer = ""
        return _judge(current, SpendState.QUERIED, by, question)


def refuse_line(record: SpendRecord, *, version: int, reason: str, by: StaffMember) -> SpendRecord:
    """Refuse a line for good, with its reason; it stays recorded and counts nowhere."""
    if not reason.strip():
        raise CaseloadError("Enter the reason.", field="question")
    with transaction.atomic():
        contract = _held(record.contract)
        current = _to_check(record, version, by)
        _judge(current, SpendState.REFUSED, by, reason)
        _say_eligible(current, eligible=False)
        _close_checked_month(contract, current)
        return current


def answer_query(record: SpendRecord, *, version: int, answer: str, by: StaffMember) -> SpendRecord:
    """Answer what was asked; the line waits for the desk check again."""
    if not may_record(record.contract, by):
        raise NotAllowed
    if not answer.strip():
        raise CaseloadError("Enter the answer.", field="answer")
    with transaction.atomic():
        current = _waiting(record, version, SpendState.QUERIED)
        current.answer, current.state = answer.strip(), SpendState.SUBMITTED
        current.version += 1
        current.submitted_by, current.submitted_at = by, timezone.now()
        return keep(current)


def _to_check(record: SpendRecord, version: int, by: StaffMember) -> SpendRecord:
    require(by, Capability.CHECK_SPEND)
    current = _waiting(record, version, SpendState.SUBMITTED)
    if said := why_not_checked(current, by):
        raise CaseloadError(said)
    return current


def _judge(current: SpendRecord, state: SpendState, by: StaffMember, said: str) -> SpendRecord:
    current.state, current.question = state, said.strip()
    current.checked_by, current.checked_at = by, timezone.now()
    current.version += 1
    return keep(current)


def _say_eligible(current: SpendRecord, *, eligible: bool) -> None:
    spend: Any = Expenditure.objects.select_for_update().get(pk=current.expenditure_id)
    spend.eligible, spend.version = eligible, spend.version + 1
    spend.save(update_fields=["eligible", "version"])


def _close_checked_month(contract: Contract, current: SpendRecord) -> None:
    month = current.month
    waiting = contract.spend_records.filter(month=month, state__in=(SpendState.SUBMITTED, SpendState.QUERIED))
    if month is None or waiting.exists():
        return
    until = (month.replace(day=28) + timedelta(days=7)).replace(day=1) - timedelta(days=1)
    reason = f"the spend of {month:%B %Y} was checked"
    close_months(until=until, origin=f"desk check {month:%Y-%m}", reason=reason, contracts=[contract.pk])


def _waiting(record: SpendRecord, version: int, *states: SpendState) -> SpendRecord:
    named = ("expenditure", "contract", "expenditure__contract", "recorded_by", "submitted_by")
    locked: Any = SpendRecord.objects.select_for_update(of=("self",)).select_related(*named)
    current: SpendRecord = locked.get(pk=record.pk)
    if current.version != version or current.state not in states:
        raise ChangedMeanwhile
    return current


def _held(contract: Contract) -> Contract:
    found: Contract = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    return found
