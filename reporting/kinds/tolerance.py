"""Stage tolerances: how far time, cost or quality may be off before the board is told (Leicester plan, section 4)."""

from typing import Any

from django.utils import timezone

from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from reporting.kinds.words import WORK
from reporting.models import Tolerance


def from_today(_staff: StaffMember) -> dict[str, Any]:
    return {"from_date": timezone.localdate()}


KIND = RecordKind(
    model=Tolerance,
    slug="tolerances",
    title="Stage tolerances",
    singular="stage tolerance",
    one="Stage tolerance of",
    about="How far a stage of the project may be off in time, cost or quality before it is reported to the board.",
    shown=("measure", "stage", "limit", "from_date", "to_date", "agreed"),
    called={"measure": "Held to", "from_date": "From", "to_date": "Until"},
    capability=Capability.VIEW_RETURNS,
    day="from_date",
    ends="to_date",
    current="Today",
    filters=("measure",),
    begins="Write the first down when the board has agreed it.",
    parts=WORK,
    keeps=Keeps(
        fields=("measure", "stage", "limit", "from_date", "to_date", "agreed"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.END, Verb.REMOVE), Capability.KEEP_PLAN),
        ending="to_date",
        initial=from_today,
        asks_why=True,
        hints={
            "limit": "Days for time, per cent for cost and quality. What is beyond it is reported.",
            "agreed": "Such as: Project board, 3 July 2007, item 4; the first stage runs until the pilots are open.",
        },
    ),
)
