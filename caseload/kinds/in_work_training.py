"""Training taken up by people in work."""

from caseload.kinds.sight import personal
from caseload.models import InWorkTraining

KIND = personal(
    model=InWorkTraining,
    slug="in-work-training",
    title="Training in work",
    about="Training taken up by people in work.",
    shown=("started_on", "client", "employer", "completed_on", "result"),
    day="started_on",
    one="Training of",
    filters=("result",),
)
