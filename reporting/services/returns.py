"""Asking for a return, and building it: counted from one snapshot, stored with the records in every figure."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet

from partners.errors import CaseloadError, NotAllowed
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.permissions import Capability, require
from partners.platform.exchange.declarations import table_named
from partners.platform.jobs import queue as jobs
from reporting.counting.declarations import Indicator
from reporting.counting.engine import Counting, counting
from reporting.counting.known import known_at
from reporting.counting.members import keep_changes, keep_double_counts, keep_members
from reporting.counting.sheet import Row, in_order, rows_of
from reporting.counting.windows import Quarter, check_quarter
from reporting.enums import ReturnState
from reporting.indicators.kinds import Kind, kind_for
from reporting.models import Forecast, Return, ReturnBuild, ReturnDefinition, ReturnLine
from reporting.queries.readers import reads_kind
from reporting.queries.targets import targets_of
from reporting.services.claims import keep_entries
from reporting.services.small_numbers import Figured, judge_small_numbers, owners_of

JOB = "return"
RECOUNT = "recount"
LOCKED = (ReturnState.IN_SIGN_OFF, ReturnState.SIGNED)


class ReturnLocked(CaseloadError):
    code = "return_locked"

    def __init__(self, filed: Return, *, field: str | None = None) -> None:
        super().__init__(f"This return is {filed.get_state_display().lower()}, so it is not built again.", field=field)


class ReturnCovers(CaseloadError):
    """Something that a locked return covers was to be written."""

    code = "return_locked"

    def __init__(self, filed: Return, *, field: str | None = None) -> None:
        state = filed.get_state_display().lower()
        super().__init__(f"This return is {state}, so what it says is not changed.", field=field)


def ask_for_build(
    *, consortium: Consortium, kind: str, quarter: str, by: StaffMember, today: date
) -> tuple[Return, BackgroundJob]:
    """Ask the worker for a return. A build of the same return that is under way is the one answered with.

    :raises NotAllowed: somebody who may build none, or may not open those of this kind
    """
    require(by, Capability.BUILD_RETURNS)
    chosen = kind_for(consortium, kind)
    if not reads_kind(by, chosen):
        raise NotAllowed
    wanted = Quarter.parse(quarter)
    check_quarter(wanted, programme_start=consortium.programme_start, today=today)
    filed, _ = Return.objects.get_or_create(kind=chosen.code, quarter=str(wanted))
    with transaction.atomic():
        filed = Return.objects.select_for_update().get(pk=filed.pk)  # so that sign-off does not begin meanwhile
        if filed.state in LOCKED:
            raise ReturnLocked(filed)
        job = jobs.ask(
            JOB,
            title=f"{chosen.title}, {wanted.name}",
            payload={"return": str(filed.uid)},
            by=by,
            subject_key=key_of(chosen.code, str(wanted)),
        )
        for signed in () if chosen.funder else signed_before(filed):  # a claim counts its corrections itself
            ask_for_recount(signed)
    return filed, job


def key_of(kind: str, quarter: str) -> str:
    """Return what makes two askings for one return the same work."""
    return f"{kind} {quarter}"


@jobs.job_kind(JOB, snapshot=True)
def build_return(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Build the return a job asks for. A job whose build was stored already, by a worker that died then, is done."""
    filed = Return.from_uid(job.payload["return"])
    if filed.state in LOCKED:
        raise ReturnLocked(filed)
    build = build_once(filed, job=job, tell=tell)
    return {"build": str(build.uid)}


def signed_before(filed: Return | None) -> QuerySet[Return]:
    """Return the signed returns of this kind and of quarters before; for none, those before each of a query."""
    row = [OuterRef(name) if filed is None else getattr(filed, name) for name in ("consortium_id", "kind", "quarter")]
    earlier: QuerySet[Return] = Return.objects.filter(consortium_id=row[0], kind=row[1], quarter__lt=row[2])
    return earlier.filter(state=ReturnState.SIGNED).order_by("quarter")


def ask_for_recount(filed: Return, *, by: StaffMember | None = None) -> BackgroundJob:
    """Ask the worker to count a signed return's quarter as it is known now; what was signed stays as it is."""
    check_signed(filed)
    return jobs.ask(
        RECOUNT,
        title=f"What changed since {kind_for(filed.consortium, filed.kind).title} {filed.quarter} was signed",
        payload={"return": str(filed.uid)},
        by=by,
        subject_key=key_of(filed.kind, filed.quarter),
    )


def check_signed(filed: Return) -> None:
    if filed.state != ReturnState.SIGNED:
        raise CaseloadError("This return is not signed yet, so nothing can have changed since.")


@jobs.job_kind(RECOUNT, snapshot=True)
def recount(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Count a signed return again and store what differs from what was signed, record by record."""
    filed = Return.from_uid(job.payload["return"])
    check_signed(filed)
    build = build_once(filed, job=job, tell=tell)
    return {"build": str(build.uid)}


def build_once(
    filed: Return, *, job: BackgroundJob, tell: jobs.Tell, known_on: date | None = None, at: datetime | None = None
) -> ReturnBuild:
    stored: ReturnBuild | None = ReturnBuild.objects.filter(job=job).first()
    return stored or build_now(filed, job=job, tell=tell, known_on=known_on, at=at)


def build_now(
    filed: Return, *, job: BackgroundJob, tell: jobs.Tell, known_on: date | None = None, at: datetime | None = None
) -> ReturnBuild:
    """Count a return and store lines, records and changes; everything or nothing.

    ``known_on`` makes it a count beside the return's own builds, which moves no state; ``at`` is the moment of which it
    counts the records as they were known then, if not now.
    """
    consortium = filed.consortium
    kind, quarter = kind_for(consortium, filed.kind), Quarter.parse(filed.quarter)
    before: ReturnBuild | None = filed.builds.shown().order_by("-id").first()
    with transaction.atomic(), counting(consortium, quarter) as session:
        build: ReturnBuild = ReturnBuild.objects.create(
            filed=filed,
            job=job,
            built_by=job.asked_by,
            snapshot_at=snapshot_moment(),
            compared_with=before,
            known_on=known_on,
        )
        with known_at(consortium, at):
            build.empty_tables = empty_tables(kind)
            rows = store_members(session, kind, build, tell)
            build.double_counts = keep_double_counts(session, build.pk)
        stars = judge_small_numbers(session, build)
        ReturnLine.objects.bulk_create(stored_line(build, row, stars) for row in rows)
        ReturnDefinition.objects.bulk_create(definition_of(build, each) for each in kind.indicators)
        tell(len(kind.indicators), len(kind.indicators) + 1, "Comparing with the build before")
        if before is not None and before.has_members:
            build.changed_records = keep_changes(session, build.pk, before.pk, since=before.snapshot_at, at=at)
        keep_entries(session, kind, build)
        build.owners = owners_of(build, kind.indicators)
        build.save(update_fields=["empty_tables", "double_counts", "changed_records", "small_numbers", "owners"])
        if known_on is None:
            Return.objects.filter(pk=filed.pk).exclude(state__in=LOCKED).update(state=ReturnState.BUILT)
    return build


def store_members(session: Counting, kind: Kind, build: ReturnBuild, tell: jobs.Tell) -> list[Row]:
    targets = targets_of(session.quarter.financial_year)
    forecasts = dict(Forecast.objects.filter(quarter=build.filed.quarter).values_list("line", "value"))
    rows: list[Row] = []
    for number, indicator in enumerate(kind.indicators):
        tell(number, len(kind.indicators) + 1, indicator.title)
        line = session.count(indicator)
        rows += rows_of(line, targets, forecasts)
        keep_members(session, line, build.pk)
    return in_order(rows)


def stored_line(build: ReturnBuild, row: Row, stars: Mapping[Figured, int]) -> ReturnLine:
    return ReturnLine(
        build=build,
        line=row.line,
        title=row.title,
        measure=row.measure,
        dimension=row.dimension,
        member=row.member,
        area_kind=row.area_kind,
        area=row.area,
        quarter=row.quarter,
        year=row.year,
        all=row.all,
        target=row.target,
        forecast=row.forecast,
        quarter_value=value(row.quarter),
        year_value=value(row.year),
        all_value=value(row.all),
        starred=stars.get((row.line, row.measure, row.dimension, row.member), 0),
    )


def definition_of(build: ReturnBuild, indicator: Indicator) -> ReturnDefinition:
    return ReturnDefinition(
        build=build,
        line=indicator.code,
        title=indicator.title,
        counts=indicator.counts,
        measured=indicator.measured,
        unit=indicator.unit,
        source=indicator.source,
    )


def value(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def empty_tables(kind: Kind) -> list[str]:
    """Return the tables a return counts that hold no record at all: their lines are not yet recorded, not zero."""
    tables = {table for indicator in kind.indicators for table in indicator.record_tables}
    return sorted(table for table in tables if not table_named(table).model._default_manager.exists())


def snapshot_moment() -> Any:
    """Return when the transaction in hand began, which is when its snapshot was taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        return cursor.fetchone()[0]
