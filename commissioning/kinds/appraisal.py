"""Appraisals of major, complex, innovative or sensitive proposals (COM-03)."""

from datetime import date
from typing import Any

from commissioning.enums import AppraisalState
from commissioning.kinds.words import KEEP, LINKS, WORK
from commissioning.models import Appraisal
from commissioning.services.appraisals import AppraisalKeeper
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

TONES = {"draft": "waiting", "favourable": "good", "conditional": "good", "unfavourable": "bad"}


def to_decide(appraisals: Any, staff: StaffMember, today: date) -> Any:
    """Drafts that somebody else wrote."""
    return appraisals.filter(state=AppraisalState.DRAFT).exclude(written_by__user=staff.user_id)


def written_by_whoever_adds_it(appraisal: Appraisal, by: StaffMember) -> None:
    appraisal.written_by = by


KIND = RecordKind(
    model=Appraisal,
    slug="appraisals",
    title="Appraisals",
    singular="appraisal",
    about="What was weighed before major or novel money was spent: finance, risk, affordability, what lasts.",
    one="Appraisal of",
    whose=("contract",),
    what="nature",
    shown=("contract", "nature", "amount", "risk", "state", "written_by", "decided_by"),
    called={"amount": "Up to", "written_by": "Written by", "decided_by": "Decided by"},
    money=("amount",),
    tones={"state": TONES, "risk": {"low": "good", "moderate": "warning", "high": "bad"}},
    capability=Capability.SEE_ALL_CONTRACTS,
    order=("-id",),
    searched=("contract__title", "proposal", "finance", "affordability"),
    searches="A word of the contract, of the proposal or of what was weighed.",
    filters=("state", "nature", "risk", "contract"),
    links=LINKS,
    begins="Add the first one here, before more money is asked for.",
    parent="contract",
    page="commissioning:appraisal",
    parts=WORK,
    today=(
        Waiting(
            name="to-decide",
            one="appraisal to decide",
            many="appraisals to decide",
            rows=to_decide,
            capability=Capability.KEEP_MONEY,
            order=39,
        ),
    ),
    keeps=Keeps(
        fields=(
            *("contract", "nature", "amount", "proposal", "finance", "risk", "risk_control"),
            *("affordability", "sustainability", "support"),
        ),
        may=KEEP,
        keeper=AppraisalKeeper,
        filled=written_by_whoever_adds_it,
        hints={
            "amount": "The most that may be allocated on the strength of it, in pounds.",
            "proposal": "What the money is to do, and for whom.",
            "finance": "What it costs, year by year, and what each result comes to.",
            "risk_control": "What may go wrong, and what is done so that it does not.",
            "affordability": "Which money pays for it, and what that leaves for the rest.",
            "sustainability": "Who carries it on, and out of what.",
            "support": "How much help the provider needs, and who gives it.",
        },
    ),
)
