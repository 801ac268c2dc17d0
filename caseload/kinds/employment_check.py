"""Checks of jobs: still in work at 13, 26 and 52 weeks."""

from caseload.kinds.sight import of_jobs, personal
from caseload.models import EmploymentCheck

KIND = personal(
    model=EmploymentCheck,
    slug="checks",
    title="Job checks",
    about="Still in work at 13, 26 and 52 weeks.",
    shown=("week", "job.client", "checked_on", "in_work", "evidence"),
    day="checked_on",
    one="Job check of",
    filters=("week", "evidence"),
    within=of_jobs,
    links={},
)
