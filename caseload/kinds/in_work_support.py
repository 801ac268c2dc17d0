"""Support used by employees and by their managers."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import employer_page, in_work, personal
from caseload.models import InWorkSupport
from partners.platform.exchange.declarations import Table

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
    exchange=Table(
        name="in_work_support",
        model=InWorkSupport,
        title="Support used by employees and by their managers",
        after="in_work_training",
        before="employer_events",
        holds=("person", "client_id", "employer_id", "manager_name", "occurred_on"),
        set_rules=(not_before_registration("in_work_support", "occurred_on"),),
    ),
)
