"""The referral inbox of an organisation, what it sent, and one referral as either end sees it."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from caseload.enums import OPEN_REFERRAL
from caseload.models import Client, Referral
from partners.models import StaffMember
from partners.permissions import Capability, may


def inbox(staff: StaffMember, *, status: str = "") -> QuerySet[Referral]:
    """Referrals to this organisation: those that wait by their clock, by the inbox index; others newest first."""
    got = Referral.objects.filter(to_organisation=staff.organisation_id).select_related(
        "client", "from_organisation", "to_organisation", "service", "answered_by"
    )
    if status == "open":
        return got.filter(status__in=("accepted", "started")).order_by("-status_on", "-id")
    if status == "ended":
        return got.exclude(status__in=OPEN_REFERRAL).order_by("-status_on", "-id")
    return got.filter(status="sent").order_by("answer_by", "made_on", "id")


def sent(staff: StaffMember) -> QuerySet[Referral]:
    """Referrals of this organisation, the newest first: what became of them."""
    return (
        Referral.objects.filter(from_organisation=staff.organisation_id)
        .select_related("client", "sent_record", "to_organisation", "from_organisation", "service")
        .order_by("-made_on", "-id")
    )


def referral_for(staff: StaffMember, uid: UUID | str) -> Referral | None:
    """Return a referral that this person's organisation sent or got, or any, for those who see every client."""
    rows = Referral.objects.select_related(
        "client__organisation",
        "sent_record",
        "from_organisation",
        "to_organisation",
        "service",
        "made_by",
        "answered_by",
    ).filter(uid=uid)
    if not may(staff, Capability.SEE_ALL_CLIENTS):
        own = staff.organisation_id
        rows = rows.filter(Q(from_organisation=own) | Q(to_organisation=own))
    return rows.first()


def may_open(staff: StaffMember, referrals: list[Referral]) -> set[int]:
    """Return which records of these referrals' clients this person may open: one query."""
    ids = {pk for referral in referrals for pk in (referral.client_id, referral.sent_record_id) if pk is not None}
    return set(Client.objects.visible_to(staff).filter(pk__in=ids).values_list("pk", flat=True))


def clock_in_words(answer_by: date | None, *, today: date) -> tuple[str, str]:
    """Say until when an answer is due, and how pressing that is."""
    if answer_by is None:
        return "no time limit", "quiet"
    days = (answer_by - today).days
    if days < 0:
        return f"{-days} day{'s' if days < -1 else ''} late", "late"
    if days == 0:
        return "answer today", "late"
    if days == 1:
        return "answer by tomorrow", "warning"
    weekday = f"{answer_by:%A}" if days < 7 else ""
    named = f"{weekday} {answer_by.day} {answer_by:%B}".strip()
    return f"answer by {named}", "warning" if answer_by <= today + timedelta(days=3) else "quiet"
