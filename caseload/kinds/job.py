"""Job starts."""

from caseload.exchange import checked_after_start, not_before_registration, own_guarantee, verified_after
from caseload.kinds.sight import personal
from caseload.models import Job
from employers.exchange import needs_guarantee
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import SetRule, Table

KIND = personal(
    model=Job,
    slug="jobs",
    title="Job starts",
    about="Jobs that clients started.",
    shown=("started_on", "client", "employer", "ended_on", "hours_per_week", "evidence"),
    day="started_on",
    one="Job of",
    filters=("evidence",),
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
