"""Job starts."""

from caseload.kinds.sight import personal
from caseload.models import Job

KIND = personal(
    model=Job,
    slug="jobs",
    title="Job starts",
    about="Jobs that clients started.",
    shown=("started_on", "client", "employer", "ended_on", "hours_per_week", "evidence"),
    day="started_on",
    one="Job of",
    filters=("evidence",),
)
