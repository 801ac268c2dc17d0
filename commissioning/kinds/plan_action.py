"""Actions of the plan that money is found for (COM-02)."""

from commissioning.kinds.words import KEEP, VIEW, WORK
from commissioning.models import PlanAction
from partners.models import StaffMember
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


def of_the_same_title(action: PlanAction, staff: StaffMember) -> list[LookAlike]:
    same = PlanAction.objects.filter(title__iexact=action.title.strip()).exclude(pk=action.pk).order_by("pk")
    return [LookAlike("action", str(each.uid), each.title, KIND.address("record", each.uid)) for each in same[:3]]


KIND = RecordKind(
    model=PlanAction,
    slug="plan-actions",
    title="Actions of the plan",
    singular="action of the plan",
    about="What is to be done, by whom, and what it costs; money of the investment plan is mapped to it.",
    shown=("title", "lead", "starts_on", "ends_on", "cost"),
    called={"title": "Action", "starts_on": "From", "ends_on": "Until"},
    capability=VIEW,
    money=("cost",),
    day="starts_on",
    ends="ends_on",
    current="Going on today",
    order=("title", "id"),
    searched=("title", "objective", "lead__name"),
    searches="A word of the action, of its objective or of who leads it.",
    is_found=True,
    filters=("lead",),
    begins="Add the first one here.",
    parts=WORK,
    keeps=Keeps(
        fields=("title", "lead", "starts_on", "ends_on", "cost", "objective"),
        may=KEEP,
        alike=of_the_same_title,
        hints={"cost": "Pounds. Empty while nobody has said it.", "objective": "The objective of the plan it serves."},
    ),
)
