"""Spend as providers record it, with its desk check (COM-10, COM-11)."""

from datetime import date
from typing import Any

from commissioning.enums import SpendState
from commissioning.kinds.words import LINKS, VIEW, in_sight
from commissioning.models import SpendRecord
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting


def to_check(records: Any, staff: StaffMember, today: date) -> Any:
    """Those sent in by somebody else, and recorded by somebody else."""
    return records.filter(state=SpendState.SUBMITTED).exclude(recorded_by=staff).exclude(submitted_by=staff)


def to_answer(records: Any, staff: StaffMember, today: date) -> Any:
    return records.filter(state=SpendState.QUERIED, contract__provider=staff.organisation_id)


KIND = RecordKind(
    model=SpendRecord,
    slug="spend-records",
    title="Spend to check",
    singular="line of spend that a provider recorded",
    about="What providers' own people recorded, transaction by transaction, and how the accountable body judged it.",
    shown=("payee", "contract", "what_for", "net", "vat", "paid_on", "month", "state"),
    capability=VIEW,
    within=in_sight,
    money=("net", "vat"),
    tones={
        "state": {
            "recorded": "quiet",
            "submitted": "waiting",
            "queried": "warning",
            "accepted": "good",
            "refused": "bad",
            "kept": "quiet",
        }
    },
    one="Spend on",
    whose=("contract",),
    what="payee",
    order=("-id",),
    searched=("payee", "what_for", "contract__title", "expenditure__invoice_ref"),
    searches="A word of the payee, of what was bought, of the contract or of the invoice.",
    filters=("state", "contract"),
    begins="A provider's own people record it on the page of their contract.",
    links=LINKS,
    page="commissioning:spend-record",
    parent="contract",
    today=(
        Waiting(
            name="to-check",
            one="line of spend waits for a desk check",
            many="lines of spend wait for a desk check",
            rows=to_check,
            capability=Capability.CHECK_SPEND,
            order=39,
        ),
        Waiting(
            name="to-answer",
            one="question about your spend to answer",
            many="questions about your spend to answer",
            rows=to_answer,
            capability=Capability.WORK_CONTRACTS,
            order=39,
            tone="warning",
        ),
    ),
)
