"""Learning: enrolments and achievements (CAS-13)."""

from typing import Any

from django.db.models.functions import Coalesce, TruncDate

from caseload.enums import QualificationLevel, QualificationType, TimelineGroup
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import Qualification
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    name = f"{word(QualificationType, facts['type'])}, {word(QualificationLevel, facts['level'])}"
    state = "Achieved" if facts["achieved_on"] else "Enrolled"
    first = "first at this level" if facts["first"] else ""
    since = day(facts["enrolled_on"], "enrolled on ") if facts["achieved_on"] else ""
    return Sentence(f"{state}: {name}", facts=said(first, since))


KIND = personal(
    model=Qualification,
    slug="qualifications",
    title="Learning",
    about="Enrolments and achievements.",
    shown=("type", "client", "level", "enrolled_on", "achieved_on", "accredited"),
    day="achieved_on",
    one="Learning of",
    filters=("type", "level"),
    timeline=Told(
        name="qualification",
        group=TimelineGroup.LEARNING,
        mark="document",
        day=Coalesce("achieved_on", "enrolled_on", TruncDate("recorded_at")),
        facts={
            "type": "type",
            "level": "level",
            "enrolled_on": "enrolled_on",
            "achieved_on": "achieved_on",
            "first": "first_at_level",
        },
        sentence=sentence,
    ),
    exchange=Table(
        name="qualifications",
        model=Qualification,
        title="Learning: enrolments and achievements",
        after="plan_actions",
        before="employers",
        holds=(
            "client_id",
            "type",
            "level",
            "enrolled_on",
            "achieved_on",
            "first_at_level",
            "accredited",
            "contract_id",
        ),
    ),
)
