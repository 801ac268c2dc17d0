"""Asking for a variation of a contract, and deciding it: two people, a number, one transaction (COM-09).

What is planned changes when somebody else than who asked approves it. Months that were claimed, returned or checked
stand. Money is pounds.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from commissioning.enums import ProfileKind, VariationState
from commissioning.models import Contract, ContractProfile, Variation, VariationLine
from commissioning.queries.profiles import NOTHING, Key, planned_now, title_of
from commissioning.services.ledger import follow_records, pot_overspent
from commissioning.services.ledger_acts import why_not_up_to
from commissioning.services.months import closed_months
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.dates import long_date
from partners.platform.frame.tags import money
from partners.platform.records.changing import keep

CHANGED_SINCE = "The profile was changed since this was asked for: {}. Refuse it, and ask again."


def may_ask(contract: Contract, staff: StaffMember) -> bool:
    """Tell whether somebody may ask: the provider's own people, and who commissions and monitors for the partners."""
    if not may(staff, Capability.WORK_CONTRACTS):
        return False
    return contract.provider_id == staff.organisation_id or may(staff, Capability.SEE_ALL_CONTRACTS)


def why_not_decided(variation: Variation, staff: StaffMember) -> str:
    """Say why somebody may not approve a variation; nothing where they may."""
    if not may(staff, Capability.KEEP_MONEY):
        return NotAllowed.message
    if variation.asked_by_id == staff.pk or variation.asked_by.user_id == staff.user_id:
        return "You asked for this. Somebody else decides it."
    more = (variation.new_value or NOTHING) - (variation.old_value or NOTHING)
    return why_not_up_to(more, staff) if variation.new_value is not None and more > 0 else ""


def ask_variation(
    contract: Contract,
    *,
    reason: str,
    text: str,
    planned: Mapping[Key, Decimal],
    new_value: Decimal | None = None,
    new_end: date | None = None,
    by: StaffMember,
) -> Variation:
    """Ask for a variation: what is to be planned from now on; what differs from today's profile becomes its lines.

    :raises CaseloadError: nothing changes, a closed month would, or what is planned does not fit the contract
    """
    if not may_ask(contract, by):
        raise NotAllowed
    now = planned_now(contract)
    lines = {key: after for key, after in planned.items() if after != now.get(key, NOTHING)}
    new_value = None if new_value == contract.value else new_value
    new_end = None if new_end == contract.ends_on else new_end
    if not lines and new_value is None and new_end is None:
        raise CaseloadError("Nothing changes. Change a month of the profile, the value, or the last day.")
    variation = Variation(
        contract=contract,
        reason=reason,
        text=text.strip(),
        old_value=contract.value if new_value is not None else None,
        new_value=new_value,
        old_end=contract.ends_on if new_end is not None else None,
        new_end=new_end,
        asked_by=by,
    )
    refuse_misfit(variation, lines, now)
    with transaction.atomic():
        keep(variation)
        rows = [
            VariationLine(
                variation=variation,
                month=month,
                kind=kind,
                indicator=indicator,
                before=now.get((month, kind, indicator), NOTHING),
                after=after,
            )
            for (month, kind, indicator), after in sorted(lines.items())
        ]
        VariationLine.objects.bulk_create(rows)
    return variation


def refuse_misfit(variation: Variation, lines: Mapping[Key, Decimal], now: Mapping[Key, Decimal]) -> None:
    """Refuse closed months, months without the contract, and more planned spend than the contract is then worth."""
    contract = variation.contract
    closed = closed_months(contract)
    first, last = contract.starts_on, variation.new_end or contract.ends_on
    if last < first:
        raise CaseloadError(f"Enter a day on or after {long_date(first)}, its first day.", field="new_end")
    for month, kind, indicator in sorted(lines):
        what = f"{title_of((kind, indicator))} in {month:%B %Y}"
        if closed.holds(month):
            raise CaseloadError(f"{what} cannot be changed. {closed}")
        if lines[month, kind, indicator] and not first.replace(day=1) <= month <= last:
            days = f"{long_date(first)} to {long_date(last)}"
            raise CaseloadError(f"{what} lies outside the contract, which runs from {days}.")
    then = {**now, **lines}
    if variation.new_end is not None:
        _refuse_left_behind(then, last, contract)
    spend = sum((amount for (_month, kind, _indicator), amount in then.items() if kind == ProfileKind.SPEND), NOTHING)
    worth = contract.value if variation.new_value is None else variation.new_value
    before = sum((amount for (_month, kind, _indicator), amount in now.items() if kind == ProfileKind.SPEND), NOTHING)
    if spend >= worth + 1 and spend > before:
        said = f"The profile would plan {money(spend)} of spend, more than the {money(worth)} the contract is worth."
        raise CaseloadError(f"{said} Plan less, or give the contract a new value.")
    paid = sum(contract.expenditure.exclude(eligible=False).values_list("amount", flat=True), NOTHING)
    if variation.new_value is not None and variation.new_value < paid:
        raise CaseloadError(f"{money(paid)} is spent already. Enter as much or more.", field="new_value")


def _refuse_left_behind(then: Mapping[Key, Decimal], last: date, contract: Contract) -> None:
    left = sorted(key for key, amount in then.items() if amount and key[0] > last)
    if left:
        month, kind, indicator = left[0]
        said = f"{title_of((kind, indicator))} is still planned in {month:%B %Y}, after the new last day."
        raise CaseloadError(f"{said} Set it to 0, or move it into the months before.", field="new_end")
    beyond: Any = contract.expenditure.filter(incurred_on__gt=last).exclude(eligible=False)
    later = beyond.order_by("-incurred_on").first()
    if later is not None:
        said = f"There is spend of {long_date(later.incurred_on)}. Enter that day or a later one."
        raise CaseloadError(said, field="new_end")


@transaction.atomic
def approve_variation(variation: Variation, *, version: int, decision: str = "", by: StaffMember) -> Variation:
    """Approve a variation: it gets the contract's next number and is carried out, all of it or nothing.

    :raises ChangedMeanwhile: it was decided, or changed, since it was opened
    """
    contract = Contract.objects.select_for_update().select_related("funding_stream").get(pk=variation.contract_id)
    current = _waiting(variation, version)
    current.contract = contract
    if said := why_not_decided(current, by):
        raise CaseloadError(said)
    lines = {(each.month, each.kind, each.indicator): each for each in current.lines.all()}
    now = planned_now(contract)
    _refuse_changed_since(current, lines, now)
    refuse_misfit(current, {key: each.after for key, each in lines.items()}, now)
    last = contract.variations.aggregate(last=Max("number"))["last"] or 0
    current.number, current.state = last + 1, VariationState.APPROVED
    _decide(current, decision, by)
    for line in lines.values():
        _plan(contract, line)
    _change_contract(current, by)
    return current


def refuse_variation(variation: Variation, *, version: int, decision: str, by: StaffMember) -> Variation:
    """Refuse a variation with a reason; who asked may take it back so. Nothing is changed by it."""
    if not may(by, Capability.KEEP_MONEY) and variation.asked_by_id != by.pk:
        raise NotAllowed
    if not decision.strip():
        raise CaseloadError("Enter the reason.", field="decision")
    with transaction.atomic():
        current = _waiting(variation, version)
        current.state = VariationState.REFUSED
        _decide(current, decision, by)
    return current


def _waiting(variation: Variation, version: int) -> Variation:
    locked: Any = Variation.objects.select_for_update(of=("self",)).select_related("asked_by")
    current: Variation = locked.get(pk=variation.pk)
    if current.version != version or current.state != VariationState.ASKED:
        raise ChangedMeanwhile
    return current


def _refuse_changed_since(variation: Variation, lines: Mapping[Key, VariationLine], now: Mapping[Key, Decimal]) -> None:
    contract = variation.contract
    for key, line in sorted(lines.items()):
        if now.get(key, NOTHING) != line.before:
            what = f"{title_of((line.kind, line.indicator))} in {line.month:%B %Y}"
            raise CaseloadError(CHANGED_SINCE.format(what))
    if variation.new_value is not None and variation.old_value != contract.value:
        raise CaseloadError(CHANGED_SINCE.format("the value of the contract"))
    if variation.new_end is not None and variation.old_end != contract.ends_on:
        raise CaseloadError(CHANGED_SINCE.format("the last day of the contract"))


def _decide(variation: Variation, decision: str, by: StaffMember) -> None:
    variation.decision, variation.decided_by, variation.decided_at = decision.strip(), by, timezone.now()
    variation.version += 1
    variation.save()


def _plan(contract: Contract, line: VariationLine) -> None:
    """Let one row of the profile say what is planned now; others that planned the same month say nought."""
    about = {"month": line.month, "kind": line.kind, "indicator": line.indicator}
    rows: list[Any] = list(contract.profiles.select_for_update().filter(**about).order_by("pk"))
    first, *others = rows or [ContractProfile(contract=contract, **about)]
    for row, planned in [(first, line.after), *((other, NOTHING) for other in others)]:
        row.version += 1 if row.pk else 0
        row.planned = planned
        row.save()


def _change_contract(variation: Variation, by: StaffMember) -> None:
    contract = variation.contract
    more = variation.new_value is not None and variation.new_value > contract.value
    if variation.new_value is None and variation.new_end is None:
        return
    contract.value = contract.value if variation.new_value is None else variation.new_value
    contract.ends_on = variation.new_end or contract.ends_on
    contract.version += 1
    contract.save(update_fields=["value", "ends_on", "version"])
    follow_records(["contracts"], [contract.pk], by=by)
    if more and (over := pot_overspent(contract.funding_stream_id)):
        said = f"The pot of {contract.funding_stream} would be allocated {money(over)} beyond what is agreed."
        raise CaseloadError(f"{said} Agree more contributions first, or refuse this.")
