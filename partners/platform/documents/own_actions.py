"""What is on one person: their open actions, and those they did today, of the records they may open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from partners.models import Action, StaffMember
from partners.platform.documents.subjects import Subject, subject_kind
from partners.platform.frame.tags import ago
from partners.platform.frame.today import Count, Group, Row, TodayList, today_count, today_list

AHEAD = timedelta(days=7)
ROWS = 12
TONES = {"Overdue": "late", "Due today": "warning", "Due this week": "quiet", "Done today": "quiet"}


@dataclass(frozen=True)
class OwnAction:
    action: Action
    subject: Subject

    @property
    def about(self) -> str:
        return self.subject.name

    @property
    def record_url(self) -> str:
        return self.subject.url

    @property
    def kind(self) -> str:
        return self.action.subject_kind

    @property
    def url(self) -> str:
        return reverse("partners:action", args=[self.action.uid])


def actions_of(staff: StaffMember, *, today: date, most: int, whole: bool = False) -> list[OwnAction]:
    """Return somebody's open actions by day, then those done today: one query, and two for each kind of record.

    Without ``whole`` those of the coming week only. Leans on partners_action_open.
    """
    rows: Any = Action.objects
    due = Q() if whole else Q(due_on__lte=today + AHEAD)
    open_ones = rows.open().filter(due, owner=staff).order_by("due_on", "id")[:most]
    done = rows.kept().filter(owner=staff, done_at__date=today).order_by("-done_at")[:most]
    return seen_by(staff, [*open_ones, *done])


def seen_by(staff: StaffMember, actions: Iterable[Action]) -> list[OwnAction]:
    """Keep the actions that somebody may read: sight of a record may end before what was to be done there is done."""
    listed = list(actions)
    ids: dict[str, set[int]] = defaultdict(set)
    for action in listed:
        ids[action.subject_kind].add(action.subject_id)
    subjects: dict[tuple[str, int], Subject] = {}
    for label, keys in ids.items():
        kind = subject_kind(label)
        for pk, record in (kind.seen(staff, sorted(keys)) if kind else {}).items():
            subjects[label, pk] = Subject(kind, record, staff)  # type: ignore[arg-type]
    found = []
    for action in listed:
        subject = subjects.get((action.subject_kind, action.subject_id))
        if subject is not None and (not action.category or subject.parts(Action).filter(pk=action.pk).exists()):
            found.append(OwnAction(action, subject))
    return found


def of_today(staff: StaffMember, today: date) -> list[OwnAction]:
    """Return what Today shows. Its count and its list ask; it is read once for both."""
    kept: list[OwnAction] | None = staff.__dict__.get("own_actions")  # the person of one request
    if kept is None:
        kept = staff.__dict__["own_actions"] = actions_of(staff, today=today, most=ROWS * 4)
    return kept


def _group(own: OwnAction, today: date) -> str:
    if own.action.done_at is not None:
        return "Done today"
    due = own.action.due_on
    return "Overdue" if due < today else "Due today" if due == today else "Due this week"


@today_count(order=8)
def actions_due(staff: StaffMember, today: date) -> Count | None:
    due = [each for each in of_today(staff, today) if _group(each, today) in {"Overdue", "Due today"}]
    if not due:
        return None
    late = sum(each.action.due_on < today for each in due)
    text = "thing to do today" if len(due) == 1 else "things to do today"
    return Count(
        len(due), text, reverse("partners:own-actions"), "late" if late else "new", f"{late} overdue" if late else ""
    )


@today_list(order=8)
def your_actions(staff: StaffMember, today: date) -> TodayList | None:
    own = of_today(staff, today)
    if not own:
        return None
    rows: dict[str, list[Row]] = {title: [] for title in TONES}
    for each in own:
        is_done = each.action.done_at is not None
        due = "" if is_done else ago(each.action.due_on)
        person = (each.kind, each.subject.record.pk)
        row = Row(each.action.title, each.url, each.about, due, is_done=is_done, person=person)
        rows[_group(each, today)].append(row)
    groups = [Group(title, rows[title][:ROWS], tone) for title, tone in TONES.items() if rows[title]]
    return TodayList("Your to-do list", groups, reverse("partners:own-actions"), "The whole list")
