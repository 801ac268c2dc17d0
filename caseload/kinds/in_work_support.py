"""Support used by employees and by their managers."""

from caseload.kinds.sight import employer_page, in_work, personal
from caseload.models import InWorkSupport

KIND = personal(
    model=InWorkSupport,
    slug="in-work-support",
    title="Support in work",
    about="Support used by employees and their managers.",
    shown=("person", "client", "employer", "manager_name", "occurred_on"),
    day="occurred_on",
    one="Support of",
    filters=("person",),
    within=in_work,
    links={"employer": employer_page},
)
