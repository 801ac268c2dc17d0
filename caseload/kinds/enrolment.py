"""Enrolments: clients on contracts."""

from typing import Any

from caseload.enums import TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sentences import day, said
from caseload.kinds.sight import personal
from caseload.models import Enrolment
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    below = said(day(facts["ended_on"], "ended on "), facts["reason"] or "")
    return Sentence(f"Enrolled on {facts['contract']}", facts=below)


KIND = personal(
    model=Enrolment,
    slug="enrolments",
    title="Enrolments",
    about="Clients on contracts.",
    shown=("started_on", "client", "contract", "ended_on", "end_reason"),
    day="started_on",
    one="Enrolment of",
    timeline=Told(
        name="enrolment",
        group=TimelineGroup.JOURNEY,
        facts={"contract": "contract__title", "ended_on": "ended_on", "reason": "end_reason"},
        sentence=sentence,
    ),
    exchange=Table(
        name="enrolments",
        model=Enrolment,
        title="A client on a contract",
        after="referrals",
        holds=("client_id", "contract_id", "started_on", "ended_on", "end_reason"),
        set_rules=(not_before_registration("enrolments", "started_on"),),
    ),
)
