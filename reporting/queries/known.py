"""One return three times: as built or signed, as known on a day, as known now; figures, and the records that differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from partners.models import BackgroundJob, StaffMember
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


def known(filed: Return, builds: Sequence[ReturnBuild], newest: ReturnBuild, day: date | None) -> Known:
    """Return the counts of a day and of what is known now, with the build they stand beside.

    That is the newest, or one before it beside which the day was counted: a return that is not signed is built again.
    A day that is not over is now. ``builds`` are all finished ones, the newest first.
    """
    then = next((build for build in counts_of_days(filed, builds, newest) if build.known_on == day), None)
    built: ReturnBuild = newest if then is None or then.compared_with is None else then.compared_with
    beside = [build for build in builds if build.compared_with_id == built.pk and not is_of_a_day(build)]
    now = next((build for build in beside if build.known_on or build.pk > (filed.signed_build_id or 0)), None)
    if now is not None and day == timezone.localdate(now.snapshot_at):
        then = now
    return Known(built, then, now)


def is_of_a_day(build: ReturnBuild) -> bool:
    """Tell the count of a day that was over from a build of its moment."""
    return build.known_on is not None and build.known_on < timezone.localdate(build.snapshot_at)


def counts_of_days(filed: Return, builds: Iterable[ReturnBuild], newest: ReturnBuild) -> list[ReturnBuild]:
    """Return the counts of days that were over, those beside the newest build first; of a signed return only those."""
    counts = [build for build in builds if is_of_a_day(build)]
    if filed.signed_build_id:
        counts = [build for build in counts if build.compared_with_id == newest.pk]
    return sorted(counts, key=lambda build: (build.compared_with_id or 0, build.pk), reverse=True)


def days_known(filed: Return, builds: Iterable[ReturnBuild], newest: ReturnBuild) -> list[date]:
    """Return the days that were counted, the latest first."""
    days = {build.known_on for build in counts_of_days(filed, builds, newest) if build.known_on}
    return sorted(days, reverse=True)


def job_of_day(kind: str, key: str) -> BackgroundJob | None:
    found: BackgroundJob | None = BackgroundJob.objects.filter(kind=kind, subject_key=key).order_by("-pk").first()
    return found


@dataclass(frozen=True)
class Compared:
    """A figure in the three counts, a triple for each window. Empty: the count has no such figure; None: no count."""

    line: ReturnLine
    texts: tuple[tuple[str | None, ...], ...]


def differ(texts: Iterable[str | None]) -> bool:
    return len({text for text in texts if text is not None}) > 1


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
    rows = [compared_row(lines, known.builds) for lines in found.values()]
    return sorted(rows, key=lambda row: (order.get(row.line.line, len(order)), row.line.dimension != ""))


def compared_row(lines: Sequence[ReturnLine | None], builds: Sequence[ReturnBuild | None]) -> Compared:
    first = next(line for line in lines if line is not None)
    pairs = list(zip(lines, builds, strict=True))
    return Compared(
        first,
        tuple(
            tuple(None if build is None else str(getattr(line, window, "")) for line, build in pairs)
            for window in WINDOWS
        ),
    )


def differing_records(known: Known, line: str) -> QuerySet[Any]:
    """Return a row for each record that one of the three counts has otherwise than the build, with what each says."""
    then, now = (build.pk if build is not None else 0 for build in (known.then, known.now))
    same = ("consortium_id", "line", "table", "record_id")
    twins = ReturnChange.objects.filter(**{name: OuterRef(name) for name in same})
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
