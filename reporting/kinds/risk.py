"""Risks: chance events with likelihood, impact, control and owner (REP-13)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.frame.tags import tag
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting
from reporting.enums import RiskStatus
from reporting.kinds.words import WORK
from reporting.models import Risk

DEGREES = {"low": "good", "moderate": "warning", "high": "bad"}


REVIEW_DAYS = 92


def to_review(risks: Any, staff: StaffMember, today: date) -> Any:
    """Open risks that nobody has looked at for three months."""
    old = Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=today - timedelta(days=REVIEW_DAYS))
    return risks.filter(old, status=RiskStatus.OPEN)


KIND = RecordKind(
    model=Risk,
    slug="risks",
    title="Risks",
    singular="risk",
    one="Risk of",
    about="Chance events with likelihood, impact, control and owner.",
    shown=("title", "likelihood", "impact", "control", "owner", "status", "reviewed_on"),
    called={"title": "Risk", "reviewed_on": "Reviewed"},
    said={
        "likelihood": lambda risk: tag(risk.get_likelihood_display(), DEGREES.get(risk.likelihood, "quiet")),
        "impact": lambda risk: tag(risk.get_impact_display(), DEGREES.get(risk.impact, "quiet")),
    },
    capability=Capability.VIEW_RETURNS,
    order=("title", "id"),
    filters=("status", "likelihood", "impact"),
    searched=("title", "control", "owner"),
    searches="A word of the risk, its control or its owner.",
    is_found=True,
    begins="Add one, or bring them with a package (risks.csv) or the pack.",
    list_page="reporting:risks",
    parts=WORK,
    today=(
        Waiting(
            name="review",
            one="risk not looked at for three months",
            many="risks not looked at for three months",
            rows=to_review,
            capability=Capability.KEEP_PLAN,
            order=52,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=("title", "likelihood", "impact", "control", "owner", "status", "reviewed_on"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLAN),
        past=("reviewed_on",),
        initial=lambda _staff: {"status": RiskStatus.OPEN},
        hints={
            "control": "What is done so that it does not happen, or does less harm.",
            "owner": "The post or the person that answers for it.",
            "reviewed_on": "The last day on which somebody looked at it.",
        },
    ),
    exchange=Table(
        name="risks",
        model=Risk,
        title="Risk log",
        after="milestones",
        holds=("title", "likelihood", "impact", "control", "owner", "status", "reviewed_on"),
    ),
)
