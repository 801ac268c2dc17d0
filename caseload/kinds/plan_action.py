"""Actions of the jobs and skills action plans."""

from typing import Any

from django.db.models.functions import Coalesce, Least, TruncDate

from caseload.enums import ActionOwner, TimelineGroup
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import PlanAction
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    state = "Action done" if facts["done_on"] else "Action cancelled" if facts["cancelled_on"] else "To do"
    below = said(word(ActionOwner, facts["owner"]), day(facts["due_on"], "by "))
    return Sentence(f"{state}: {facts['title']}", facts=below)


KIND = personal(
    model=PlanAction,
    slug="plan-actions",
    title="Plan actions",
    about="Actions of the jobs and skills action plans.",
    shown=("title", "client", "owner", "due_on", "done_on", "cancelled_on"),
    day="due_on",
    one="Action of",
    filters=("owner",),
    timeline=Told(
        name="action",
        group=TimelineGroup.JOURNEY,
        mark="step",
        day=Coalesce("done_on", "cancelled_on", Least("due_on", TruncDate("recorded_at"))),
        facts={name: name for name in ("title", "owner", "due_on", "done_on", "cancelled_on")},
        sentence=sentence,
    ),
    exchange=Table(
        name="plan_actions",
        model=PlanAction,
        title="Actions of the jobs and skills action plan",
        after="assessments",
        holds=("client_id", "title", "owner", "due_on", "done_on", "cancelled_on"),
    ),
)
