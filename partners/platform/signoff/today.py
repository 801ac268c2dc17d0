"""The documents whose step waits for somebody, on their Today page: since when, and until when."""

from datetime import date

from django.db.models import F, Q

from partners.models import PostHolder, SignOff, SignOffPart, SignOffStep, StaffMember
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Group, Row, TodayList, today_list
from partners.platform.signoff.declarations import document_called
from partners.platform.signoff.standing import name_of


@today_list(order=5)
def documents_to_sign_off(staff: StaffMember, today: date) -> TodayList | None:
    rows = [row for step in steps_waiting_for(staff, today=today) if (row := row_of(step)) is not None]
    return TodayList("To sign off", [Group("Waits for you", rows)]) if rows else None


def steps_waiting_for(staff: StaffMember, *, today: date) -> list[SignOffStep]:
    """Return the steps that wait and are somebody's to do, by post or role, and of no document they did another of."""
    posts = PostHolder.objects.on(today).filter(staff=staff).values("post")
    mine = Q(post__in=posts)
    if staff.organisation.accountable_body:
        mine |= Q(post__isnull=True, role=staff.role)
    others = SignOffPart.objects.filter(staff=staff).exclude(position=F("sign_off__position")).values("sign_off")
    waiting = SignOffStep.objects.filter(mine, position=F("sign_off__position"), sign_off__ended_at__isnull=True)
    waiting = waiting.exclude(sign_off__in=others)
    return list(waiting.select_related("sign_off").order_by("sign_off__due_on", "sign_off__since", "pk"))


def row_of(step: SignOffStep) -> Row | None:
    sign_off: SignOff = step.sign_off
    document = document_called(sign_off.subject_kind)
    record = document.model._default_manager.filter(pk=sign_off.subject_id).first() if document else None
    if document is None or record is None:
        return None
    due = f"due {ago(sign_off.due_on)}" if sign_off.due_on else ""
    since = f"{name_of(step)}, since {ago(sign_off.since.date())}"
    return Row(document.title(record), document.url(record), since, due)
