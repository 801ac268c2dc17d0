"""What the programme puts on the Today page: milestones, and returns that are begun."""

from datetime import date, timedelta

from django.urls import reverse

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_list
from reporting.enums import ReturnState
from reporting.models import Milestone
from reporting.queries.calendar import DueStep, next_steps
from reporting.queries.readers import returns_read

AHEAD_DAYS = 60
DUE_DAYS = 31
ROWS = 8


def _steers(staff: StaffMember) -> bool:
    """Tell whether somebody's day is the programme rather than its clients."""
    return not may(staff, Capability.RECORD_JOURNEY)


@today_count(order=50, capability=Capability.BUILD_RETURNS)
def returns_begun(staff: StaffMember, today: date) -> Count | None:
    number = returns_read(staff).filter(state=ReturnState.DRAFT).count()
    if not number:
        return None
    text = "return begun and not built" if number == 1 else "returns begun and not built"
    return Count(number, text, reverse("reporting:returns"), "new")


@today_list(order=1, capability=Capability.BUILD_RETURNS)
def returns_due(staff: StaffMember, today: date) -> TodayList | None:
    """What is due of returns, first of all that the monitoring officer sees: late, and within a month."""
    steps = next_steps(staff.consortium, today=today)
    late = [_due(each) for each in steps if each.on < today]
    coming = [_due(each) for each in steps if today <= each.on <= today + timedelta(days=DUE_DAYS)]
    groups = [Group("Late", late[:ROWS], "late"), Group("Due within a month", coming[:ROWS])]
    shown = [group for group in groups if group.rows]
    return TodayList("Returns", shown, reverse("reporting:calendar"), "The calendar of the year") if shown else None


def _due(step: DueStep) -> Row:
    url = reverse("reporting:return", args=[step.record.uid]) if step.record else reverse("reporting:returns")
    return Row(step.what, url, step.who, ago(step.on))


@today_list(order=50, capability=Capability.VIEW_RETURNS)
def milestones(staff: StaffMember, today: date) -> TodayList | None:
    if not _steers(staff):
        return None
    due = Milestone.objects.filter(achieved_on__isnull=True, due_on__lte=today + timedelta(days=AHEAD_DAYS))
    found = list(due.order_by("due_on", "pk"))
    if not found:
        return None
    late = [_row(each) for each in found if each.due_on < today]
    coming = [_row(each) for each in found if each.due_on >= today]
    groups = [Group("Late", late[-ROWS:], "late"), Group("Coming", coming[:ROWS])]
    shown = [group for group in groups if group.rows]
    return TodayList("Milestones", shown, reverse("reporting:milestones"), "All milestones")


def _row(milestone: Milestone) -> Row:
    said = f"Now expected {ago(milestone.forecast_on)}" if milestone.forecast_on else milestone.objective
    return Row(milestone.title, reverse("reporting:milestones"), said, ago(milestone.due_on))
