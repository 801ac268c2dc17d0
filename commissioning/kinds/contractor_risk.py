"""The schedule of risk per contractor (COM-15)."""

from datetime import date
from typing import Any

from commissioning.kinds.finding import DEGREES
from commissioning.kinds.words import OVERSEE, OVERSIGHT, WORK
from commissioning.models import ContractorRisk
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting


def to_review(risks: Any, staff: StaffMember, today: date) -> Any:
    return risks.filter(ended_on__isnull=True, review_on__lte=today)


KIND = RecordKind(
    model=ContractorRisk,
    slug="contractor-risks",
    title="Contractor risk",
    singular="contractor risk",
    about="The schedule of risk per contractor: to performance, to compliance, to public money, with advised action.",
    one="Risk of",
    whose=("provider",),
    what="area",
    shown=("provider", "area", "likelihood", "impact", "advice", "rated_on", "review_on"),
    capability=OVERSIGHT,
    day="rated_on",
    ends="ended_on",
    current="Rated now",
    tones={"likelihood": DEGREES, "impact": DEGREES},
    searched=("provider__name", "reason", "advice"),
    searches="A word of the provider, of the reason or of the advice.",
    filters=("provider", "area", "impact"),
    begins="Rate the first contractor here.",
    parts=WORK,
    today=(
        Waiting(
            name="review",
            one="contractor risk to look at again",
            many="contractor risks to look at again",
            rows=to_review,
            capability=Capability.KEEP_OVERSIGHT,
            order=48,
        ),
    ),
    keeps=Keeps(
        fields=("provider", "area", "likelihood", "impact", "reason", "advice", "rated_on", "review_on", "ended_on"),
        may=OVERSEE,
        past=("rated_on",),
        asks_why=True,
        hints={"ended_on": "Empty while the risk is there."},
    ),
)
