"""Training taken up by people in work."""

from typing import Any

from caseload.enums import TimelineGroup, TrainingResult
from caseload.exchange import not_before_registration
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import InWorkTraining
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    below = said(day(facts["completed_on"], "completed on "), word(TrainingResult, facts["result"]))
    return Sentence(f"Training in work at {facts['employer']}", facts=below)


KIND = personal(
    model=InWorkTraining,
    slug="in-work-training",
    title="Training in work",
    about="Training taken up by people in work.",
    shown=("started_on", "client", "employer", "completed_on", "result"),
    day="started_on",
    one="Training of",
    filters=("result",),
    timeline=Told(
        name="in-work-training",
        group=TimelineGroup.LEARNING,
        facts={"employer": "employer__name", "completed_on": "completed_on", "result": "result"},
        sentence=sentence,
    ),
    exchange=Table(
        name="in_work_training",
        model=InWorkTraining,
        title="Training taken up by people in work",
        after="employment_checks",
        holds=("client_id", "employer_id", "started_on", "completed_on", "result"),
        set_rules=(not_before_registration("in_work_training", "started_on"),),
    ),
)
