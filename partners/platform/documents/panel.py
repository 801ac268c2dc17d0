"""What of a record's parts its page shows: the open actions, the latest notes and documents, in one query."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, DateField, F, QuerySet, Value, Window
from django.db.models.functions import Cast, Coalesce, Left, NullIf
from django.urls import reverse
from django.utils import timezone

from partners.enums import ScanState
from partners.models import Action, Document, Note
from partners.platform.documents.subjects import Subject

SHOWN = 6
LONGEST = 280
COLUMNS = ("sort", "id", "uid", "said", "file", "who", "recorded_at", "due", "state", "number")
RECORDER, NO_DAY, NOTHING = F("recorded_by__name"), Cast(Value(None), DateField()), Value("")
TITLE = Coalesce(NullIf(F("title"), Value("")), F("name"))


@dataclass(frozen=True)
class Line:
    """One part on its record's page."""

    sort: str
    id: int
    uid: UUID
    said: str
    file: str
    who: str
    at: datetime
    due: date | None
    state: str
    number: int

    @property
    def url(self) -> str:
        return reverse(f"partners:{self.sort}", args=[self.uid])

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.localdate()

    @property
    def scan(self) -> str:
        return "" if self.state in {"", ScanState.CLEAN} else str(ScanState(self.state).label)

    @property
    def is_cut(self) -> bool:
        return len(self.said) == LONGEST


@dataclass
class Panel:
    """The lines of each sort, the number of all of them, and what this person may add."""

    subject: Subject
    actions: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    documents: list[Line] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many there are that the page does not show."""
        return sum(lines[0].number - len(lines) for lines in (self.actions, self.notes, self.documents) if lines)


def panel_of(subject: Subject) -> Panel:
    statements = [_latest(subject, sort) for sort in SORTS]
    panel = Panel(subject)
    lists = {"action": panel.actions, "note": panel.notes, "document": panel.documents}
    for row in statements[0].union(*statements[1:], all=True):
        line = Line(*row)
        lists[line.sort].append(line)
    panel.actions.sort(key=lambda line: (line.due or date.max, line.id))
    for lines in (panel.notes, panel.documents):
        lines.sort(key=lambda line: -line.id)
    return panel


def _actions(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(done_at__isnull=True).order_by("due_on", "id")


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-id")


@dataclass(frozen=True)
class Sort:
    name: str
    model: Any
    said: Any
    order: Callable[[QuerySet[Any]], QuerySet[Any]]
    file: Any = NOTHING
    who: Any = RECORDER
    due: Any = NO_DAY
    state: Any = NOTHING


SORTS = (
    Sort("action", Action, F("title"), _actions, who=F("owner__name"), due=F("due_on")),
    Sort("note", Note, Left("text", LONGEST), _newest),
    Sort("document", Document, TITLE, _newest, file=F("name"), state=F("scan")),
)


def _latest(subject: Subject, sort: Sort) -> QuerySet[Any, Any]:
    rows = sort.order(subject.parts(sort.model).filter(removed_at__isnull=True)).annotate(
        sort=Value(sort.name, CharField()),
        said=Cast(sort.said, CharField()),
        file=Cast(sort.file, CharField()),
        who=Cast(sort.who, CharField()),
        due=sort.due,
        state=Cast(sort.state, CharField()),
        number=Window(Count("pk")),
    )
    shown: QuerySet[Any, Any] = rows.values_list(*COLUMNS)[:SHOWN]
    return shown
