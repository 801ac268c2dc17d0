"""Checks of jobs: still in work at 13, 26 and 52 weeks."""

from caseload.exchange import verified_after
from caseload.kinds.sight import of_jobs, personal
from caseload.models import EmploymentCheck
from partners.platform.exchange.declarations import Table

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
    exchange=Table(
        name="employment_checks",
        model=EmploymentCheck,
        title="Is the client still in work at 13, 26 or 52 weeks after the job start",
        after="jobs",
        holds=("job_id", "week", "checked_on", "in_work", "evidence", "verified_on"),
        row_rules=(verified_after("checked_on"),),
    ),
)
