"""What the adviser's work puts on the Today page: counts that open their lists."""

from datetime import date
from typing import Any

from django.db.models import Count as Number
from django.db.models import Q, Window
from django.urls import reverse

from caseload.models import ServiceWorker
from caseload.queries.caseload import clients_of
from caseload.queries.consents import waiting_for
from caseload.queries.leads import without_worker
from caseload.queries.matches import undecided_for
from caseload.queries.restricted import restrictions_kept_by
from caseload.queries.worklist import REASONS, Due, due_for, referrals_to_answer
from caseload.views.base import client_url
from caseload.views.needs import shown_need
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_counts, today_list
from partners.platform.records.today import HowMany
from partners.services.notices import ANSWERING

ROWS = 8


@today_count(order=10, capability=Capability.ANSWER_REFERRALS)
def referrals(staff: StaffMember, today: date) -> Count | None:
    by_today = Number("pk", filter=Q(answer_by__lte=today))
    number, late = referrals_to_answer(staff).order_by().aggregate(number=Number("pk"), late=by_today).values()
    if not number:
        return None
    text = "referral to answer" if number == 1 else "referrals to answer"
    note = f"{late} by today or late" if late else ""
    return Count(number, text, reverse("caseload:referral-inbox"), "late" if late else "new", note)


@today_count(order=16, capability=Capability.RECORD_JOURNEY)
def consents_to_answer(staff: StaffMember, today: date) -> Count | None:
    waiting = waiting_for(staff).annotate(number=Window(Number("pk")))
    consent = waiting.select_related("client__merged_into").order_by("recorded_at", "pk").first()
    if consent is None:
        return None
    number, first = consent.number, consent.client
    text = "consent to answer" if number == 1 else "consents to answer"
    return Count(number, text, client_url(first.merged_into or first), "new", "a partner recorded it")


@today_counts
def to_decide(staff: StaffMember, today: date) -> list[tuple[int, Count]]:
    """Count in one statement what waits for a decision: matches, whom nobody works with, restrictions to look at."""
    wanted: dict[str, Any] = {}
    if may(staff, Capability.DECIDE_MATCHES):
        wanted["matches"] = undecided_for(staff)
    if may(staff, Capability.ANSWER_REFERRALS):
        wanted["nameless"] = ServiceWorker.objects.now().filter(without_worker(staff))
        if staff.role in ANSWERING:  # who answers for an organisation's work hands on whose adviser has left
            wanted["left"] = clients_of(staff, "left")
    if may(staff, Capability.RESTRICT_RECORDS):
        kept = restrictions_kept_by(staff, today=today)
        wanted["restricted"] = kept.filter(Q(review_on__lte=today) | Q(is_read=False))
    if not wanted:
        return []
    columns = {name: HowMany(rows.order_by().values("pk")) for name, rows in wanted.items()}
    found = StaffMember.objects.filter(pk=staff.pk).annotate(**columns).values(*columns).get()
    shown = []
    if number := found.get("matches"):
        text = "possible match to decide" if number == 1 else "possible matches to decide"
        shown.append((15, Count(number, text, reverse("caseload:matches"), "new")))
    if number := found.get("left"):
        text = "client whose adviser has left" if number == 1 else "clients whose adviser has left"
        shown.append((17, Count(number, text, f"{reverse('caseload:caseload')}?whose=left", "late")))
    if number := found.get("nameless"):
        text = "client to name a worker for" if number == 1 else "clients to name a worker for"
        shown.append((18, Count(number, text, f"{reverse('caseload:referral-inbox')}?show=open", "new")))
    if number := found.get("restricted"):
        text = "restricted record to look at" if number == 1 else "restricted records to look at"
        why = "a review is due, or nobody may open it"
        shown.append((17, Count(number, text, reverse("caseload:restricted"), "late", why)))
    return shown


def my_due(staff: StaffMember, today: date) -> Due:
    """Return what is due for one's own clients. The count and the list of one page ask; it is read once for both."""
    kept: dict[date, Due] = staff.__dict__.setdefault("due_on", {})  # the person of one request
    if today not in kept:
        kept[today] = due_for(clients_of(staff, "mine"), today=today, rows=ROWS, lead=staff)
    return kept[today]


@today_count(order=20, capability=Capability.RECORD_JOURNEY)
def clients_in_need(staff: StaffMember, today: date) -> Count | None:
    counts = my_due(staff, today).counts
    number = sum(counts.values())
    if not number:
        return None
    parts = [f"{counts[each.code]} {each.one if counts[each.code] == 1 else each.many}" for each in REASONS]
    note = ", ".join(part for part in parts if not part.startswith("0 "))
    return Count(number, "things due for my clients", reverse("caseload:worklist"), "warning", note)


@today_list(order=20, capability=Capability.RECORD_JOURNEY)
def my_worklist(staff: StaffMember, today: date) -> TodayList | None:
    needs = my_due(staff, today).needs
    groups = {"Overdue": "late", "Due today": "warning", "Coming": "quiet"}
    rows: dict[str, list[Row]] = {title: [] for title in groups}
    for need in needs:
        title = "Overdue" if need.due < today else "Due today" if need.due == today else "Coming"
        line = shown_need(need, today=today)
        said = f"{line.kind}: {line.about}"
        person = ("caseload.client", need.client.pk)
        rows[title].append(Row(str(need.client), line.url, said, ago(need.due), person=person))
    return TodayList(
        "My clients",
        [
            Group(title, rows[title][-ROWS:] if title == "Overdue" else rows[title][:ROWS], tone)
            for title, tone in groups.items()
            if rows[title]
        ],
        reverse("caseload:worklist"),
        "Everybody who needs me",
        "Nobody waits for you today.",
    )
