"""Steps of the journey before work (CAS-07)."""

from typing import Any

from caseload.enums import Stage, TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sentences import word
from caseload.kinds.sight import personal
from caseload.models import StageEvent
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    title = word(Stage, facts["stage"])
    return Sentence(title, facts["note"], by=facts["by"] or "", where=facts["organisation"] or "")


KIND = personal(
    model=StageEvent,
    slug="stage-events",
    title="Journey steps",
    about="Steps of the journey before work.",
    shown=("stage", "client", "occurred_on", "recorded_on", "organisation"),
    day="occurred_on",
    one="Step of",
    filters=("stage",),
    timeline=Told(
        name="stage",
        group=TimelineGroup.JOURNEY,
        mark="step",
        known="recorded_on",
        facts={"stage": "stage", "note": "note", "organisation": "organisation__name", "by": "recorded_by__name"},
        sentence=sentence,
    ),
    exchange=Table(
        name="stage_events",
        model=StageEvent,
        title="Steps of the client journey before work",
        after="enrolments",
        holds=("client_id", "stage", "occurred_on", "recorded_on", "organisation_id", "contract_id", "note"),
        set_rules=(not_before_registration("stage_events", "occurred_on"),),
    ),
)
