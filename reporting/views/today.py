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
from reporting.queries.problems import held_by
from reporting.queries.readers import returns_read
from reporting.queries.report import return_name
from reporting.queries.tolerances import told_by

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


@today_count(order=51, capability=Capability.VIEW_RETURNS)
def to_mend(staff: StaffMember, today: date) -> Count | None:
    """What somebody was given to mend before returns are built: the records that are left of it."""
    held = held_by(staff)
    if not held:
        return None
    number = sum(number for _, number in held)
    text = "record to mend before a return" if number == 1 else "records to mend before a return"
    first, _ = held[0]
    url = reverse("reporting:problem", args=[first.filed.uid, first.problem]) if len(held) == 1 else ""
    return Count(number, text, url or reverse("reporting:returns"), "warning")


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


@today_list(order=4, capability=Capability.VIEW_RETURNS)
def beyond_tolerances(staff: StaffMember, today: date) -> TodayList | None:
    """What somebody reports to the board, because it is beyond what the stage tolerates."""
    found = told_by(staff, today=today)
    if found is None:
        return None
    filed, measures = found
    url = f"{reverse('reporting:report', args=[filed.uid])}#tolerances"
    groups = [
        Group(f"To report to the {each.to_whom or 'board'}: {each.title.lower()}", rows, "late")
        for each in measures
        if (rows := [Row(line.what, url, line.in_words, "") for line in each.beyond[:ROWS]])
    ]
    return TodayList("Beyond what the stage tolerates", groups, url, return_name(filed)) if groups else None


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
