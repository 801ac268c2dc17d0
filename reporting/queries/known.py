"""One return three times: as built or signed, as known on a day, as known now; figures, and the records that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from partners.models import BackgroundJob, StaffMember
from reporting.counting.known import end_of
from reporting.counting.windows import WINDOWS
from reporting.indicators.kinds import Kind
from reporting.models import Return, ReturnBuild, ReturnChange, ReturnLine
from reporting.queries.readers import lines_read


@dataclass(frozen=True)
class Known:
    """The three counts; those that were not made yet are none."""

    built: ReturnBuild
    then: ReturnBuild | None
    now: ReturnBuild | None

    @property
    def builds(self) -> list[ReturnBuild | None]:
        return [self.built, self.then, self.now]


def known(filed: Return, built: ReturnBuild, day: date | None) -> Known:
    """Return the newest counts beside a build: of a day, and of what is known now. A day that is not over is now."""
    beside = filed.builds.finished().filter(compared_with=built).order_by("-id")
    now = beside.filter(Q(known_on__isnull=True) | Q(known_on=TruncDate("snapshot_at"))).first()
    then = None
    if day is not None and day >= timezone.localdate():
        then = now if now is not None and timezone.localdate(now.snapshot_at) == day else None
    elif day is not None:
        then = beside.filter(known_on=day, snapshot_at__gt=end_of(day)).first()
    return Known(built, then, now)


def days_known(filed: Return, built: ReturnBuild) -> list[date]:
    """Return the days of which a build has a count beside it, the latest first."""
    beside = filed.builds.finished().filter(compared_with=built, known_on__lt=TruncDate("snapshot_at"))
    days = beside.order_by("-known_on").values_list("known_on", flat=True).distinct()
    return [day for day in days if day is not None]


def job_of_day(kind: str, key: str) -> BackgroundJob | None:
    found: BackgroundJob | None = BackgroundJob.objects.filter(kind=kind, subject_key=key).order_by("-pk").first()
    return found


@dataclass(frozen=True)
class Compared:
    """A figure in the three counts, a triple for each window. None: there is no such count or no such figure."""

    line: ReturnLine
    texts: tuple[tuple[str | None, ...], ...]

    @property
    def differs(self) -> bool:
        return any(len({text or "" for text in texts if text is not None}) > 1 for texts in self.texts)


def compared(staff: StaffMember, filed: Return, known: Known, kind: Kind, code: str = "") -> list[Compared]:
    """Return the figures of a line, or without one the totals of all, as this person reads them, in their order."""
    chosen = {"line": code} if code else {"dimension": ""}
    found: dict[tuple[str, ...], list[ReturnLine | None]] = {}
    for place, build in enumerate(known.builds):
        lines = ReturnLine.objects.filter(build=build, **chosen).order_by("id")
        for line in lines_read(staff, filed, build, lines) if build is not None else ():
            key = (line.line, line.measure, line.dimension, line.member, line.area_kind, line.area)
            found.setdefault(key, [None, None, None])[place] = line
    order = {indicator.code: number for number, indicator in enumerate(kind.indicators)}
    rows = [compared_row(lines) for lines in found.values()]
    return sorted(rows, key=lambda row: (order.get(row.line.line, len(order)), row.line.dimension != ""))


def compared_row(lines: Sequence[ReturnLine | None]) -> Compared:
    first = next(line for line in lines if line is not None)
    texts = tuple(tuple(None if line is None else str(getattr(line, window)) for line in lines) for window in WINDOWS)
    return Compared(first, texts)


def differing_records(known: Known, line: str) -> QuerySet[Any]:
    """Return a row for each record that one of the three counts has otherwise than the build, with what each says."""
    then, now = (build.pk if build is not None else 0 for build in (known.then, known.now))
    twins = ReturnChange.objects.filter(line=OuterRef("line"), table=OuterRef("table"), record_id=OuterRef("record_id"))
    of_then, of_now = twins.filter(build_id=then), twins.filter(build_id=now)
    rows: QuerySet[Any] = ReturnChange.objects.filter(Q(build_id=then) | (Q(build_id=now) & ~Exists(of_then)))
    rows = rows.filter(line=line) if line else rows
    none = Value(None, output_field=CharField())
    found: QuerySet[Any] = rows.annotate(
        windows_then=Case(When(build_id=then, then="windows_now"), default="windows_was"),
        windows_today=Case(
            When(build_id=now, then="windows_now"),
            default=Coalesce(Subquery(of_now.values("windows_now")[:1]), F("windows_was")),
        ),
        change_then=Case(When(build_id=then, then="change"), default=none),
        change_today=Case(When(build_id=now, then="change"), default=Subquery(of_now.values("change")[:1])),
    )
    return found
