"""What the programme puts on the Today page: milestones, risks, measures that are old, returns that are begun."""

from datetime import date, timedelta

from django.db.models import Max, Q
from django.urls import reverse

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, register_count, register_list
from reporting.enums import ReturnState, RiskStatus
from reporting.models import Milestone, Observation, Return, Risk

AHEAD_DAYS, REVIEW_DAYS, OLD_DAYS = 60, 92, 183
ROWS = 8


def _steers(staff: StaffMember) -> bool:
    """Tell whether somebody's day is the programme rather than its clients."""
    return not may(staff, Capability.RECORD_JOURNEY)


@register_count(order=50, capability=Capability.BUILD_RETURNS)
def returns_begun(staff: StaffMember, today: date) -> Count | None:
    number = Return.objects.filter(state=ReturnState.DRAFT).count()
    if not number:
        return None
    text = "return begun and not built" if number == 1 else "returns begun and not built"
    return Count(number, text, reverse("reporting:returns"), "new")


@register_count(order=51, capability=Capability.RECORD_OBSERVATIONS)
def observations_out_of_date(staff: StaffMember, today: date) -> Count | None:
    """Count the measures of which nothing newer than half a year is known."""
    each = Observation.objects.order_by().values("indicator", "area_kind", "area", "group")
    number = each.annotate(latest=Max("as_at")).filter(latest__lt=today - timedelta(days=OLD_DAYS)).count()
    if not number:
        return None
    text = "observation more than half a year old" if number == 1 else "observations more than half a year old"
    return Count(number, text, reverse("reporting:observations"), "warning")


@register_count(order=52, capability=Capability.VIEW_RETURNS)
def risks_to_review(staff: StaffMember, today: date) -> Count | None:
    if not _steers(staff):
        return None
    old = Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=today - timedelta(days=REVIEW_DAYS))
    number = Risk.objects.filter(old, status=RiskStatus.OPEN).count()
    if not number:
        return None
    text = "risk not looked at for three months" if number == 1 else "risks not looked at for three months"
    return Count(number, text, reverse("reporting:risks"), "warning")


@register_list(order=50, capability=Capability.VIEW_RETURNS)
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
