"""Long work as rows: asked for by a page or command, done by the worker, rung again when the bell was lost.

An app says what it can do with :func:`job_kind`; the function gets the job and a ``tell`` callable for
its progress. It runs inside the consortium's scope, in one transaction: a killed worker leaves nothing half-done, its
database session ends, and with it the advisory lock that says "somebody is on it". The sweeper then rings again.

Work that asks for a ``snapshot`` reads one state of the database from beginning to end. Its own row changes meanwhile,
so it is marked done in a second transaction: what such work stores must count for nothing until its job is done.

Work that needs somebody else's server raises :class:`TryLater` when that is away; the sweeper rings after a pause.
"""

import errno
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pghistory
from celery import current_app
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from partners.enums import JobState
from partners.errors import CaseloadError
from partners.models import BackgroundJob, StaffMember
from partners.platform.jobs.broker import broker_is_there, broker_went_away
from partners.platform.tenancy.scope import current_consortium_id, in_consortium

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
RUN_JOB = "partners.run_job"  # the name of the task that calls run()
MOST_RUNG = 100
PG_DISK_FULL = "53100"  # PostgreSQL, Appendix A: disk_full
DISK_FULL = "The disk is full; nothing was changed. Ask for it again when the operator has made room."
WENT_WRONG = "Something went wrong; nothing was changed. The operator's log names this job."
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]  # after each attempt but the last

Tell = Callable[[int, int, str], None]
Work = Callable[[BackgroundJob, Tell], dict[str, Any] | None]
_kinds: dict[str, Work] = {}
_of_one_snapshot: set[str] = set()


class JobCancelled(Exception):
    """Raised inside the work when its job was cancelled; the transaction rolls back."""


class TryLater(Exception):
    """Raised inside the work when a server it needs is away; the transaction rolls back and the job waits."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def job_kind(name: str, *, snapshot: bool = False) -> Callable[[Work], Work]:
    def keep(work: Work) -> Work:
        _kinds[name] = work
        if snapshot:
            _of_one_snapshot.add(name)
        return work

    return keep


def ask(
    kind: str, *, title: str, payload: dict[str, Any], by: StaffMember | None = None, subject_key: str = ""
) -> BackgroundJob:
    """Ask for work. With a ``subject_key``, asking for what is already under way returns the job that is on it."""
    while True:
        job = BackgroundJob(kind=kind, title=title, payload=payload, asked_by=by, subject_key=subject_key)
        try:
            with transaction.atomic():
                job.save()
        except IntegrityError:
            under_way = _unfinished().filter(kind=kind, subject_key=subject_key).first()
            if under_way is not None:
                return under_way
            continue  # it ended between the two: ask anew
        transaction.on_commit(partial(ring, current_consortium_id(), job.pk))
        return job


def _unfinished() -> QuerySet[BackgroundJob]:
    return BackgroundJob.objects.under_way()


def ring(consortium_id: int, job_id: int) -> None:
    """Tell a worker that a job waits. With the broker away the row waits for the sweeper, and the page says so."""
    if not broker_is_there(right_now=True):  # it may hang, and then each try would wait for it
        log.warning("The broker is away; job %s waits for the sweeper", job_id)
        return
    try:
        current_app.tasks[RUN_JOB].delay(consortium_id, job_id)
    except Exception as error:  # noqa: BLE001  whatever the client raises, the job is safe in its row
        broker_went_away()
        log.warning("The broker is away; job %s waits for the sweeper (%s)", job_id, type(error).__name__)


def cancel(job: BackgroundJob) -> BackgroundJob:
    """Cancel work that has not ended; work under way notices at its next step and rolls back."""
    changed = (
        _unfinished().filter(pk=job.pk).update(state=JobState.CANCELLED, ended_at=timezone.now(), message="Cancelled.")
    )
    if not changed:
        raise CaseloadError("This work has already ended.")
    job.refresh_from_db()
    return job


def run(consortium_id: int, job_id: int) -> None:
    """Do a job once, however often it is rung; called by the task."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [job_id])
        (mine,) = cursor.fetchone()
        if not mine:
            return
        try:
            _run_locked(consortium_id, job_id)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [job_id])


def _run_locked(consortium_id: int, job_id: int) -> None:
    with in_consortium(consortium_id):
        job = _unfinished().filter(pk=job_id).first()
        if job is None:
            return
        if job.attempts >= MOST_ATTEMPTS:
            _end(
                job,
                JobState.FAILED,
                message=f"Given up after {MOST_ATTEMPTS} attempts. Ask for it again, or tell the operator.",
            )
            return
        job.state, job.attempts, job.started_at = JobState.RUNNING, job.attempts + 1, timezone.now()
        job.save(update_fields=["state", "attempts", "started_at"])
    try:
        _work(consortium_id, job)
    except JobCancelled:
        log.info("Job %s was cancelled", job_id)
    except TryLater as problem:
        with in_consortium(consortium_id):
            _wait(job, problem.reason)
    except CaseloadError as refusal:
        with in_consortium(consortium_id):
            _end(job, JobState.FAILED, message=refusal.message)
    except Exception as error:
        log.exception("Job %s failed", job_id)
        with in_consortium(consortium_id):
            _end(job, JobState.FAILED, message=DISK_FULL if _is_full_disk(error) else WENT_WRONG)


def _is_full_disk(error: BaseException) -> bool:
    """Tell a full disk, of this machine or of the database's."""
    code = getattr(error.__cause__, "pgcode", None)
    return code == PG_DISK_FULL or getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}


def _wait(job: BackgroundJob, reason: str) -> None:
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.FAILED, message=f"{reason} Given up after {MOST_ATTEMPTS} attempts.")
        return
    job.state = JobState.WAITING
    job.message = f"{reason} The next attempt starts by itself at {timezone.localtime(next_attempt(job)):%H:%M}."
    # A job cancelled meanwhile stays so.
    _unfinished().filter(pk=job.pk).update(state=job.state, message=job.message)


def next_attempt(job: BackgroundJob) -> datetime:
    """Return when a waiting job may be rung: at once, or some time after an attempt that found a server away."""
    if not job.attempts or job.started_at is None:
        return job.asked_at
    return job.started_at + PAUSES[min(job.attempts, len(PAUSES)) - 1]


def _work(consortium_id: int, job: BackgroundJob) -> None:
    is_of_one_snapshot = job.kind in _of_one_snapshot
    # What the work changes is the asker's doing; the history names both.
    whose = pghistory.context(staff=job.asked_by_id, job=str(job.uid))
    with in_consortium(consortium_id, snapshot=is_of_one_snapshot), whose:
        result = _kinds[job.kind](job, partial(_tell, consortium_id, job.pk))
        if not is_of_one_snapshot:
            _finish(job.pk, result)
    if is_of_one_snapshot:
        with in_consortium(consortium_id):
            _finish(job.pk, result)


def _finish(job_id: int, result: dict[str, Any] | None) -> None:
    # Locks the row: a cancel that came first wins, one that comes later finds the job done.
    current = BackgroundJob.objects.select_for_update().get(pk=job_id)
    if current.state == JobState.CANCELLED:
        raise JobCancelled
    current.result = result or {}
    _end(current, JobState.DONE, message="")


def _end(job: BackgroundJob, state: JobState, *, message: str) -> None:
    job.state, job.message, job.ended_at = state, message[:1000], timezone.now()
    if state == JobState.DONE:
        job.done_steps = job.all_steps
    job.save(update_fields=["state", "message", "ended_at", "result", "done_steps"])


def _tell(consortium_id: int, job_id: int, done: int, of: int, message: str = "") -> None:
    """Show progress at once, on a connection of its own, while the work's transaction is still open.

    Raises :class:`JobCancelled` when somebody cancelled the job meanwhile.
    """
    with in_consortium(consortium_id, using="progress"):
        changed = (
            BackgroundJob.objects.using("progress")
            .filter(pk=job_id, state=JobState.RUNNING)
            .update(done_steps=done, all_steps=of, message=message[:1000])
        )
    if not changed:
        raise JobCancelled


def sweep() -> None:
    """Ring for every job of the consortium in scope that is due, or whose worker died: the oldest first.

    Only those that are due count towards the most that are rung at once: what waits for a server that is away keeps no
    other job from being found.
    """
    for job_id in _due()[:MOST_RUNG]:
        transaction.on_commit(partial(ring, current_consortium_id(), job_id))


def _due() -> list[int]:
    pauses = Case(
        *(When(attempts=number, then=Value(pause)) for number, pause in enumerate(PAUSES, start=1)),
        default=Value(PAUSES[-1]),
    )
    now = timezone.now()
    # An attempt in the future was made before the clock was set back.
    due = Q(attempts=0) | Q(started_at__isnull=True) | Q(started_at__lte=now - pauses) | Q(started_at__gt=now)
    jobs = _unfinished().filter(Q(state=JobState.RUNNING) | due).order_by("asked_at")
    worked_on = _worked_on()
    return [
        job_id
        for job_id, state in jobs.values_list("pk", "state")
        if state == JobState.WAITING or job_id not in worked_on
    ]


def _worked_on() -> set[int]:
    """Return the ids of the jobs whose lock a worker holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {job_id for (job_id,) in cursor.fetchall()}
