"""Asking for a return as its records were known on a day: counted by the worker, beside what was built or signed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.errors import CaseloadError
from partners.models import BackgroundJob, StaffMember
from partners.permissions import Capability, require
from partners.platform.dates import long_date
from partners.platform.jobs import queue as jobs
from reporting.counting.known import check_day, end_of
from reporting.enums import ReturnState
from reporting.indicators.kinds import kind_for
from reporting.models import Return
from reporting.queries.filed import builds_of, is_shown
from reporting.queries.known import counts_of_days
from reporting.services.returns import ask_for_recount, build_once, key_of

JOB = "known"


def ask_as_known_on(filed: Return, day: date, *, by: StaffMember, today: date) -> None:
    """Ask the worker for a return as known at the end of a day, and as known now; what was built stays as it is.

    A day that is over is counted once beside a build: what was known then stays what it was. Raises
    :class:`reporting.counting.known.NotKnownThen` for a day of which it cannot be told.
    """
    require(by, Capability.BUILD_RETURNS)
    check_day(day, filed.consortium, today=today)
    builds = list(builds_of(filed))
    built = next((build for build in builds if is_shown(filed, build)), None)
    if built is None:
        raise CaseloadError("This return has not been built yet, so there is nothing to stand beside.")
    with transaction.atomic():
        counted = [build for build in counts_of_days(filed, builds, built) if build.compared_with_id == built.pk]
        if day < today and day not in {build.known_on for build in counted}:
            ask(filed, day, by=by)
        if filed.state == ReturnState.SIGNED:
            ask_for_recount(filed, by=by)
        else:
            ask(filed, today, by=by)


def ask(filed: Return, day: date, *, by: StaffMember) -> None:
    jobs.ask(
        JOB,
        title=f"{kind_for(filed.consortium, filed.kind).title} {filed.quarter} as known on {long_date(day)}",
        payload={"return": str(filed.uid), "on": day.isoformat()},
        by=by,
        subject_key=key_of_day(filed, day),
    )


def key_of_day(filed: Return, day: date) -> str:
    """Return what makes two askings for one day of a return the same work."""
    return f"{key_of(filed.kind, filed.quarter)} {day:%Y-%m-%d}"


@jobs.job_kind(JOB, snapshot=True)
def count_as_known_on(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Count what a job asks for. A day that is not over is counted as known now."""
    filed = Return.from_uid(job.payload["return"])
    day = date.fromisoformat(job.payload["on"])
    at = end_of(day) if day < timezone.localdate() else None
    build = build_once(filed, job=job, tell=tell, known_on=day, at=at)
    return {"build": str(build.uid)}
