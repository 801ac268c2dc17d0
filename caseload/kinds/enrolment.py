"""Enrolments: clients on contracts."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import personal
from caseload.models import Enrolment
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=Enrolment,
    slug="enrolments",
    title="Enrolments",
    about="Clients on contracts.",
    shown=("started_on", "client", "contract", "ended_on", "end_reason"),
    day="started_on",
    one="Enrolment of",
    exchange=Table(
        name="enrolments",
        model=Enrolment,
        title="A client on a contract",
        after="referrals",
        holds=("client_id", "contract_id", "started_on", "ended_on", "end_reason"),
        set_rules=(not_before_registration("enrolments", "started_on"),),
    ),
)
