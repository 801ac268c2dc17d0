"""Steps of the journey before work (CAS-07)."""

from caseload.kinds.sight import personal
from caseload.models import StageEvent

KIND = personal(
    model=StageEvent,
    slug="stage-events",
    title="Journey steps",
    about="Steps of the journey before work.",
    shown=("stage", "client", "occurred_on", "recorded_on", "organisation"),
    day="occurred_on",
    one="Step of",
    filters=("stage",),
)
