"""Work placements, trials, apprenticeships and funded jobs."""

from caseload.kinds.sight import personal
from caseload.models import Placement

KIND = personal(
    model=Placement,
    slug="placements",
    title="Placements",
    about="Work placements, trials, apprenticeships and funded jobs.",
    shown=("kind", "client", "employer", "started_on", "ended_on", "result"),
    day="started_on",
    one="Placement of",
    filters=("kind", "result"),
)
