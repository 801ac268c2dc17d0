"""Contacts and activities: engagement, surveys, visits, contacts and appointments."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import personal
from caseload.models import Activity
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=Activity,
    slug="activities",
    title="Contacts and activities",
    about="Engagement, surveys, visits, contacts and appointments.",
    shown=("kind", "client", "occurred_on", "organisation", "centre"),
    day="occurred_on",
    one="Activity of",
    filters=("kind",),
    exchange=Table(
        name="activities",
        model=Activity,
        title="Engagement, surveys, centre visits, contacts and appointments",
        after="stage_events",
        holds=("client_id", "kind", "occurred_on", "centre_id", "organisation_id", "contract_id", "note"),
        set_rules=(not_before_registration("activities", "occurred_on"),),
    ),
)
