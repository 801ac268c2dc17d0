"""Job starts."""

from typing import Any

from caseload.enums import Evidence, TimelineGroup
from caseload.exchange import checked_after_start, not_before_registration, own_guarantee, verified_after
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import Job
from employers.exchange import needs_guarantee
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import SetRule, Table
from partners.platform.frame.tags import money as pounds
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    where = f"Started work at {facts['employer']}" if facts["employer"] else "Started self-employment"
    guarantee = ", through an interview guarantee" if facts["guarantee"] else ""
    below = said(
        f"{facts['hours']:g} hours a week" if facts["hours"] is not None else "",
        f"{pounds(facts['wage'])} an hour" if facts["wage"] is not None else "",
        "permanent" if facts["permanent"] else "",
        f"evidence: {word(Evidence, facts['evidence']).lower()}",
        day(facts["ended_on"], "ended on "),
    )
    return Sentence(where + guarantee, facts=below, by=facts["by"] or "")


KIND = personal(
    model=Job,
    slug="jobs",
    title="Job starts",
    about="Jobs that clients started.",
    shown=("started_on", "client", "employer", "ended_on", "hours_per_week", "evidence"),
    day="started_on",
    one="Job of",
    filters=("evidence",),
    timeline=Told(
        name="job",
        group=TimelineGroup.WORK,
        mark="money",
        known="recorded_on",
        facts={
            "employer": "employer__name",
            "guarantee": "jigs_agreement_id",
            "hours": "hours_per_week",
            "wage": "hourly_wage",
            "self_employed": "self_employed",
            "permanent": "permanent",
            "ended_on": "ended_on",
            "evidence": "evidence",
            "by": "recorded_by__name",
        },
        sentence=sentence,
    ),
    exchange=Table(
        name="jobs",
        model=Job,
        title="Job starts",
        after="pre_recruitment",
        holds=(
            "client_id",
            "employer_id",
            "vacancy_id",
            "jigs_agreement_id",
            "contract_id",
            "started_on",
            "ended_on",
            "hours_per_week",
            money("hourly_wage"),
            "self_employed",
            "permanent",
            "evidence",
            "verified_on",
            "recorded_on",
        ),
        row_rules=(verified_after("started_on"),),
        set_rules=(
            needs_guarantee("jobs"),
            SetRule(("jobs", "employer_agreements"), own_guarantee),
            not_before_registration("jobs", "started_on"),
            SetRule(("jobs", "employment_checks"), checked_after_start),
        ),
    ),
)
