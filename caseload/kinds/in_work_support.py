"""Support used by employees and by their managers."""

from typing import Any

from caseload.enums import TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sight import employer_page, in_work, personal
from caseload.models import InWorkSupport
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    who = f"manager {facts['manager']}" if facts["person"] == "manager" else "employee"
    return Sentence(f"Support in work at {facts['employer']}", facts=[f"for the {who}"])


KIND = personal(
    model=InWorkSupport,
    slug="in-work-support",
    title="Support in work",
    about="Support used by employees and their managers.",
    shown=("person", "client", "employer", "manager_name", "occurred_on"),
    day="occurred_on",
    one="Support of",
    whose=("client", "employer"),
    filters=("person",),
    within=in_work,
    links={"employer": employer_page},
    timeline=Told(
        name="in-work-support",
        group=TimelineGroup.WORK,
        facts={"employer": "employer__name", "person": "person", "manager": "manager_name"},
        sentence=sentence,
    ),
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
