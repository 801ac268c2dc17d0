"""Appraisals of major or novel proposals: kept by whoever writes them, decided by somebody else, used once (COM-03)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commissioning.enums import ActState, AppraisalState, PostingKind
from commissioning.models import Appraisal, LedgerAct
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, StaffMember
from partners.permissions import Capability, may, require
from partners.platform.frame.tags import money
from partners.platform.records.keeping import Keeper
from partners.platform.tenancy.scope import current_consortium_id

FAVOURABLE = (AppraisalState.FAVOURABLE, AppraisalState.CONDITIONAL)
DECIDED = "It is decided and stays as it is. Write a new appraisal where something has changed."
WROTE_IT = "You wrote this. Somebody else decides it."


@dataclass(frozen=True)
class Threshold:
    """From how many pounds a proposal is a major one; ``basis`` says whose figure that is."""

    amount: Decimal
    basis: str


class AppraisalKeeper(Keeper):
    """As any other record until it is decided; then nobody changes it or takes it out."""

    def change(self, record: Any, values: Any, *, version: int, by: StaffMember, reason: str = "") -> Any:
        _refuse_decided(record)
        return super().change(record, values, version=version, by=by, reason=reason)

    def remove(self, record: Any, *, reason: str, version: int, by: StaffMember) -> None:
        _refuse_decided(record)
        super().remove(record, reason=reason, version=version, by=by)


def _refuse_decided(appraisal: Appraisal) -> None:
    if appraisal.state != AppraisalState.DRAFT:
        raise CaseloadError(DECIDED)


def why_not_decided(appraisal: Appraisal, staff: StaffMember) -> str:
    """Say why somebody may not decide an appraisal; nothing where they may."""
    if not may(staff, Capability.KEEP_MONEY):
        return NotAllowed.message
    if appraisal.written_by_id == staff.pk or appraisal.written_by.user_id == staff.user_id:
        return WROTE_IT
    return DECIDED if appraisal.state != AppraisalState.DRAFT else ""


def decide_appraisal(appraisal: Appraisal, *, state: str, decision: str, version: int, by: StaffMember) -> Appraisal:
    """Say whether a proposal stands up, with the reasons; conditions are among them.

    :raises ChangedMeanwhile: it was changed or decided since it was opened
    """
    require(by, Capability.KEEP_MONEY)
    current: Appraisal = (
        Appraisal.objects.select_for_update(of=("self",)).select_related("written_by").get(pk=appraisal.pk)
    )
    if current.version != version:
        raise ChangedMeanwhile
    if said := why_not_decided(current, by):
        raise CaseloadError(said)
    if state not in {*FAVOURABLE, AppraisalState.UNFAVOURABLE}:
        raise CaseloadError("Choose one of the decisions.", field="state")
    if not decision.strip():
        raise CaseloadError("Enter the reasons, and the conditions if there are any.", field="decision")
    current.state, current.decision = state, decision.strip()
    current.decided_by, current.decided_at = by, timezone.now()
    current.version += 1
    current.save()
    return current


def threshold() -> Threshold | None:
    """Return from which amount the consortium's pack asks for an appraisal; None: only what is called special."""
    listed: Any = Consortium.objects.values_list("pack_data", flat=True).get(pk=current_consortium_id())
    rows = listed.get("appraisals") or []
    return Threshold(Decimal(str(rows[0]["from_amount"])), rows[0]["basis"]) if rows else None


def appraisal_for(act: LedgerAct) -> Appraisal | None:
    """Return a favourable appraisal that covers an allocation and no other one was approved by: the smallest."""
    used = LedgerAct.objects.filter(state=ActState.DONE, appraisal__isnull=False).exclude(pk=act.pk)
    found = Appraisal.objects.filter(contract=act.contract_id, state__in=FAVOURABLE, amount__gte=act.amount)
    return found.exclude(pk__in=used.values("appraisal")).order_by("amount", "pk").first()


def needs_appraisal(act: LedgerAct) -> bool:
    """Tell whether an act is a major or novel allocation (COM-03)."""
    if act.kind != PostingKind.ALLOCATE:
        return False
    major = threshold()
    return act.is_special or (major is not None and act.amount >= major.amount)


def why_not_appraised(act: LedgerAct) -> str:
    """Say what an allocation lacks to be approved; nothing where no appraisal is needed or one covers it."""
    if not needs_appraisal(act) or appraisal_for(act) is not None:
        return ""
    return f"{_reason(act)} needs a favourable appraisal of {act.contract} that covers {money(act.amount)}."


def _reason(act: LedgerAct) -> str:
    major = threshold()
    if major is not None and act.amount >= major.amount:
        return f"An allocation of {money(major.amount)} or more"
    return "A complex, innovative or sensitive proposal"
