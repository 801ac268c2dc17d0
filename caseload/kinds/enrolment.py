"""Enrolments: clients on contracts."""

from caseload.kinds.sight import personal
from caseload.models import Enrolment

KIND = personal(
    model=Enrolment,
    slug="enrolments",
    title="Enrolments",
    about="Clients on contracts.",
    shown=("started_on", "client", "contract", "ended_on", "end_reason"),
    day="started_on",
    one="Enrolment of",
)
