"""Assessments: scores from 1, furthest from work, to 10."""

from datetime import date
from typing import Any

from caseload.enums import Dimension, SharePart, TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sight import known, personal, tells
from caseload.models import Assessment
from caseload.queries.sight import Sight
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Entry, Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    scores = facts["scores"]
    mean = sum(scores.values()) / len(scores)
    said = ", ".join(f"{label} {scores[code]}" for code, label in Dimension.choices if code in scores)
    title = f"Assessment: {mean:.1f} out of 10 on average"
    return Sentence(title, facts=[said], where=facts["organisation"] or "")


def as_one(entries: list[Entry]) -> list[Entry]:
    """Make one entry of each assessment: what one organisation scored on one day on one record, together."""
    assessments: dict[tuple[date, int, int], Entry] = {}
    for entry in sorted(entries, key=lambda each: each.facts["id"]):
        facts = entry.facts
        first = assessments.setdefault((entry.day, facts["organisation_id"], facts["record"]), entry)
        first.facts.setdefault("scores", {})[facts["dimension"]] = facts["score"]
        first.rows += entry.rows if entry is not first else []
    return list(assessments.values())


def without_health(entry: Entry, sight: Sight) -> bool:
    """Take the score of health out where it is another's to know; the assessment is then theirs alone to correct."""
    facts = entry.facts
    if not sight.reads(SharePart.HEALTH, record=facts["record"], recorded_by=facts["organisation_id"]):
        facts["is_theirs"] = True
        facts["scores"].pop(Dimension.HEALTH, None)
    return not facts["scores"]


KIND = personal(
    model=Assessment,
    slug="assessments",
    title="Assessments",
    about="Scores from 1, furthest from work, to 10.",
    shown=("dimension", "client", "score", "assessed_on", "organisation"),
    day="assessed_on",
    one="Assessment of",
    filters=("dimension",),
    within=known,
    tells=tells,
    timeline=Told(
        name="assessment",
        group=TimelineGroup.JOURNEY,
        mark="step",
        facts={
            "id": "id",
            "dimension": "dimension",
            "score": "score",
            "organisation": "organisation__name",
            "organisation_id": "organisation_id",
        },
        sentence=sentence,
        rows_of_one=len(Dimension),
        together=as_one,
        hides=without_health,
    ),
    exchange=Table(
        name="assessments",
        model=Assessment,
        title="Employment and skills assessments; scores 1 (furthest from work) to 10",
        after="activities",
        holds=("client_id", "assessed_on", "organisation_id", "dimension", "score"),
        set_rules=(not_before_registration("assessments", "assessed_on"),),
    ),
)
