"""Milestones: dated events to reach, their forecast, and what is done about slippage (REP-07)."""

from datetime import date
from typing import Any

from django.utils import timezone

from partners.enums import Scope
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.frame.tags import on, tag
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting
from reporting.kinds.words import WORK
from reporting.models import Milestone


def due(milestone: Milestone) -> Any:
    """Say the day, and whether it has passed without the milestone being reached."""
    is_late = milestone.achieved_on is None and milestone.due_on < timezone.localdate()
    return tag(f"{on(milestone.due_on)}, late", "bad") if is_late else on(milestone.due_on)


def late(milestones: Any, staff: StaffMember, today: date) -> Any:
    return milestones.filter(achieved_on__isnull=True, due_on__lt=today)


def needs_another(milestone: Milestone) -> None:
    if milestone.needs_id is not None and milestone.needs_id == milestone.pk:
        raise CaseloadError("Choose another milestone: this one cannot need itself.", field="needs")


KIND = RecordKind(
    model=Milestone,
    slug="milestones",
    title="Milestones",
    singular="milestone",
    one="Milestone of",
    about="Dated events to reach, their forecast, and what is done about slippage.",
    shown=("title", "objective", "due_on", "forecast_on", "achieved_on", "mitigation", "needs"),
    called={
        "needs": "Needs before it",
        "title": "Milestone",
        "due_on": "Due",
        "forecast_on": "Forecast",
        "achieved_on": "Achieved",
        "mitigation": "What is done",
    },
    said={"due_on": due},
    capability=Capability.VIEW_RETURNS,
    day="due_on",
    order=("due_on", "id"),
    searched=("title", "objective", "mitigation"),
    searches="A word of the milestone, its objective or what is done.",
    is_found=True,
    api=Scope.PLAN_READ,
    begins="Add one, or bring them with a package (milestones.csv) or the pack.",
    list_page="reporting:milestones",
    parts=WORK,
    today=(
        Waiting(
            name="late",
            one="milestone late",
            many="milestones late",
            rows=late,
            capability=Capability.KEEP_PLAN,
            order=53,
            tone="late",
        ),
    ),
    keeps=Keeps(
        fields=("title", "objective", "due_on", "forecast_on", "achieved_on", "mitigation", "needs"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLAN),
        past=("achieved_on",),
        rules=(needs_another,),
        hints={
            "due_on": "As the plan promises it.",
            "forecast_on": "When it is expected now, if that is another day.",
            "mitigation": "What is done where it slips.",
        },
    ),
    exchange=Table(
        name="milestones",
        model=Milestone,
        title="Programme milestones",
        after="observations",
        holds=("title", "objective", "due_on", "forecast_on", "achieved_on", "mitigation"),
    ),
)
