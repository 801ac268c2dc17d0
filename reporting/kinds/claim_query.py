"""Queries on items of claims, with their answers."""

from datetime import date
from typing import Any

from commissioning.kinds.words import contract_page
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting
from reporting.kinds.outcome_share import may_see_job
from reporting.models import ClaimQuery, Return
from reporting.services.claim_queries import to_answer


def within(rows: Any, staff: StaffMember) -> Any:
    return rows.visible_to(staff)


def open_for(rows: Any, staff: StaffMember, today: date) -> Any:
    return to_answer(rows, staff)


def reads_claim(filed: Return, staff: StaffMember) -> bool:
    return False


KIND = RecordKind(
    model=ClaimQuery,
    slug="claim-queries",
    title="Queries on claims",
    singular="query on a claim",
    about="What checkers ask about items of claims, and the answers. A claim waits while one is open.",
    shown=("item", "contract", "filed.quarter", "question", "asked_by", "answer", "answered_by"),
    called={"asked_by": "Asked by", "answered_by": "Answered by"},
    capability=Capability.VIEW_CONTRACTS,
    within=within,
    one="Query on",
    whose=("contract",),
    what="item",
    order=("answered_at", "-asked_at", "-id"),
    filters=("item", "contract"),
    searched=("question", "answer", "contract__title"),
    searches="A word of the question, of the answer or of the contract.",
    begins="Whoever has a step of a claim to do asks from the claim's items.",
    links={"contract": contract_page},
    guarded={"job": may_see_job, "filed": reads_claim},
    page="reporting:claim-query",
    today=(
        Waiting(
            name="to-answer",
            one="query on a claim to answer",
            many="queries on claims to answer",
            rows=open_for,
            capability=Capability.VIEW_CONTRACTS,
            order=38,
            tone="warning",
        ),
    ),
)
