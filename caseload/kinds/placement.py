"""Work placements, trials, apprenticeships and funded jobs."""

from typing import Any

from caseload.enums import PlacementKind, PlacementResult, TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import Placement
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    title = f"{word(PlacementKind, facts['kind'])} at {facts['employer']}"
    return Sentence(title, facts=said(day(facts["ended_on"], "ended on "), word(PlacementResult, facts["result"])))


KIND = personal(
    model=Placement,
    slug="placements",
    title="Placements",
    about="Work placements, trials, apprenticeships and funded jobs.",
    shown=("kind", "client", "employer", "started_on", "ended_on", "result"),
    day="started_on",
    one="Placement of",
    filters=("kind", "result"),
    timeline=Told(
        name="placement",
        group=TimelineGroup.LEARNING,
        mark="money",
        facts={"kind": "kind", "employer": "employer__name", "ended_on": "ended_on", "result": "result"},
        sentence=sentence,
    ),
    exchange=Table(
        name="placements",
        model=Placement,
        title="Work placements, work trials, apprenticeships and funded jobs",
        after="vacancies",
        holds=("client_id", "employer_id", "kind", "started_on", "ended_on", "contract_id", "result"),
        set_rules=(not_before_registration("placements", "started_on"),),
    ),
)
