"""Contacts and activities: engagement, surveys, visits, contacts and appointments."""

from caseload.kinds.sight import personal
from caseload.models import Activity

KIND = personal(
    model=Activity,
    slug="activities",
    title="Contacts and activities",
    about="Engagement, surveys, visits, contacts and appointments.",
    shown=("kind", "client", "occurred_on", "organisation", "centre"),
    day="occurred_on",
    one="Activity of",
    filters=("kind",),
)
