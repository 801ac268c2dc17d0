import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.enums import JobState
from partners.errors import CaseloadError
from partners.models import BackgroundJob, Consortium, Organisation
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.scope import in_consortium
from tests.factories.partners import OrganisationFactory


@pytest.fixture
def done(scope: Consortium) -> Iterator[list[int]]:
    """A kind of work that notes each time it is done, and makes an organisation."""
    seen: list[int] = []

    @jobs.job_kind("test")
    def work(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
        seen.append(job.pk)
        OrganisationFactory(name="Made by the job")
        if job.payload.get("fails"):
            raise CaseloadError("The file is empty.")
        if job.payload.get("is_away"):
            raise jobs.TryLater("Nobody answers.")
        return {"made": 1}

    yield seen
    jobs._kinds.pop("test")


def ask(**payload: Any) -> BackgroundJob:
    return jobs.ask("test", title="A test", payload=payload, subject_key="one")


def test_a_job_rung_twice_is_done_once(done: list[int]) -> None:
    job = ask()

    jobs.run(job.consortium_id, job.pk)
    jobs.run(job.consortium_id, job.pk)

    job.refresh_from_db()
    assert (done, job.state, job.result) == ([job.pk], JobState.DONE, {"made": 1})


def test_asking_for_work_under_way_returns_the_job_that_is_on_it(done: list[int]) -> None:
    assert ask().pk == ask().pk


def test_a_refused_job_says_why_and_leaves_nothing(done: list[int]) -> None:
    job = ask(fails=True)

    jobs.run(job.consortium_id, job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "The file is empty.")
    assert not Organisation.objects.filter(name="Made by the job").exists()


@pytest.mark.parametrize(("minutes", "rung"), [(0, 0), (2, 1)])
def test_a_job_whose_server_was_away_waits_before_it_is_rung_again(
    done: list[int],
    minutes: int,
    rung: int,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    job = ask(is_away=True)
    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert job.message.startswith("Nobody answers. The next attempt starts by itself at ")
    BackgroundJob.objects.update(started_at=timezone.now() - timedelta(minutes=minutes))

    with django_capture_on_commit_callbacks() as rings:
        jobs.sweep()

    assert len(rings) == rung


def test_many_that_wait_keep_no_lost_job_from_being_rung(
    done: list[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda _consortium, job_id: rung.append(job_id))
    now = timezone.now()
    for number in range(120):  # asked before, and put off because the mail server is away
        waiting = {"attempts": 2, "started_at": now, "asked_at": now - timedelta(minutes=200 - number)}
        BackgroundJob(kind="test", title="Waits", **waiting).save()
    lost = BackgroundJob(kind="test", title="Lost", asked_at=now)
    dead = BackgroundJob(kind="test", title="Its worker died", state=JobState.RUNNING, attempts=1, started_at=now)
    ahead = BackgroundJob(kind="test", title="Clock set back", attempts=1, started_at=now + timedelta(hours=2))
    for job in (lost, dead, ahead):
        job.save()

    with django_capture_on_commit_callbacks(execute=True):
        jobs.sweep()

    assert sorted(rung) == sorted([lost.pk, dead.pk, ahead.pk])


def test_a_broker_that_hangs_is_not_rung(done: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "broker_is_there", lambda **_: False)

    jobs.ring(1, ask().pk)

    assert done == []


def test_a_server_that_stays_away_is_given_up(done: list[int]) -> None:
    job = ask(is_away=True)

    for _ in range(9):
        jobs.run(job.consortium_id, job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 5)
    assert job.message == "Nobody answers. Given up after 5 attempts."


def test_a_cancelled_job_is_not_done(done: list[int]) -> None:
    job = ask()

    jobs.cancel(job)
    jobs.run(job.consortium_id, job.pk)

    assert done == []


def test_a_job_rung_in_another_consortium_is_not_found(done: list[int], other_consortium: Consortium) -> None:
    job = ask()

    jobs.run(other_consortium.pk, job.pk)

    assert done == []


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_holds_the_lock_is_left_alone(
    consortium: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda _consortium, job_id: rung.append(job_id))
    with in_consortium(consortium.pk):
        job = BackgroundJob(kind="test", title="A test", state=JobState.RUNNING)
        job.save()
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [job.pk])
            held.set()
            let_go.wait(10)
        connection.close()  # as when the worker is killed

    worker = threading.Thread(target=hold)
    worker.start()
    held.wait(10)
    with in_consortium(consortium.pk):
        jobs.sweep()
    while_held = list(rung)
    let_go.set()
    worker.join()
    with connection.cursor() as cursor:  # wait: the server notices a moment later
        cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [job.pk, job.pk])
    with in_consortium(consortium.pk):
        jobs.sweep()

    assert (while_held, rung) == ([], [job.pk])
