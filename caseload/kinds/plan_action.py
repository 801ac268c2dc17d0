"""Actions of the jobs and skills action plans."""

from caseload.kinds.sight import personal
from caseload.models import PlanAction
from partners.platform.exchange.declarations import Table

KIND = personal(
    model=PlanAction,
    slug="plan-actions",
    title="Plan actions",
    about="Actions of the jobs and skills action plans.",
    shown=("title", "client", "owner", "due_on", "done_on", "cancelled_on"),
    day="due_on",
    one="Action of",
    filters=("owner",),
    exchange=Table(
        name="plan_actions",
        model=PlanAction,
        title="Actions of the jobs and skills action plan",
        after="assessments",
        holds=("client_id", "title", "owner", "due_on", "done_on", "cancelled_on"),
    ),
)
