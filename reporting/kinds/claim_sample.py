"""Samples of signed claims, with what was found and decided."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting
from reporting.models import ClaimSample, SampledLine


def to_examine(rows: Any, staff: StaffMember, today: date) -> Any:
    """Return the samples with lines that nobody examined, or that are in question."""
    return rows.filter(Exists(_unfinished()), decision="") if may(staff, Capability.VIEW_AUDIT) else rows.none()


def to_decide(rows: Any, staff: StaffMember, today: date) -> Any:
    own = SampledLine.objects.filter(sample=OuterRef("pk"), found_by=staff)
    return rows.filter(~Exists(_unfinished()), ~Exists(own), decision="").exclude(drawn_by=staff)


def _unfinished() -> Any:
    return SampledLine.objects.filter(sample=OuterRef("pk"), finding__in=("", "query"))


KIND = RecordKind(
    model=ClaimSample,
    slug="claim-samples",
    title="Samples of claims",
    singular="sample of a claim",
    about="Lines of signed claims drawn by a seed and examined, with what that means for the whole claim.",
    shown=("claim", "method", "seed", "size", "drawn_by", "drawn_at", "correction", "decision", "decided_by"),
    called={"drawn_by": "Drawn by", "drawn_at": "Drawn", "decided_by": "Decided by"},
    capability=Capability.SEE_ALL_CONTRACTS,
    one="Sample of",
    whose=("claim",),
    what="seed",
    order=("-drawn_at", "-id"),
    filters=("claim", "method", "decision"),
    searched=("seed", "claim__quarter"),
    searches="A seed, or a quarter.",
    begins="An auditor draws one from the page of a signed claim.",
    money=("correction", "amount"),
    page="reporting:sample",
    today=(
        Waiting(
            name="to-examine",
            one="sample of a claim to examine",
            many="samples of claims to examine",
            rows=to_examine,
            capability=Capability.VIEW_AUDIT,
            order=36,
        ),
        Waiting(
            name="to-decide",
            one="sample of a claim to decide",
            many="samples of claims to decide",
            rows=to_decide,
            capability=Capability.KEEP_MONEY,
            order=37,
        ),
    ),
)
