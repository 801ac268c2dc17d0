"""Steps of the journey before work (CAS-07)."""

from caseload.exchange import not_before_registration
from caseload.kinds.sight import personal
from caseload.models import StageEvent
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=StageEvent,
    slug="stage-events",
    title="Journey steps",
    about="Steps of the journey before work.",
    shown=("stage", "client", "occurred_on", "recorded_on", "organisation"),
    day="occurred_on",
    one="Step of",
    filters=("stage",),
    exchange=Table(
        name="stage_events",
        model=StageEvent,
        title="Steps of the client journey before work",
        after="enrolments",
        holds=("client_id", "stage", "occurred_on", "recorded_on", "organisation_id", "contract_id", "note"),
        set_rules=(not_before_registration("stage_events", "occurred_on"),),
    ),
)
