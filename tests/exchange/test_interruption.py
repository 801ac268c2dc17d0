"""A killed import leaves nothing half-stored, and two imports into one consortium queue."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from partners.enums import Role
from partners.models import BackgroundJob, Consortium, ExchangeBatch
from partners.platform.exchange.runs import ask_to_load, check_upload
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.scope import in_consortium
from partners.tasks import run_job
from reporting.models import Risk
from tests.exchange.packages import write
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory

ROWS = 30_000
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = "".join(f"r{n},Risk {n},low,high,open\n" for n in range(ROWS))
    return write(tmp_path / "large", {"risks": f"id,title,likelihood,impact,status\n{lines}"})


@pytest.fixture
def emptied() -> Iterator[Consortium]:
    yield ConsortiumFactory(slug="leicester")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE partners_consortium CASCADE")


def start(*command: str, media: Path | None = None) -> "subprocess.Popen[bytes]":
    """Start a process of its own, on the test's database."""
    database = connection.settings_dict
    host, user, password = (quote(database[key], safe="") for key in ("HOST", "USER", "PASSWORD"))
    url = f"postgres://{user}:{password}@/{database['NAME']}?host={host}&port={database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        **({"CASELOAD_STATE_DIR": str(media.parent)} if media else {}),
    }
    return subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, *command], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    )


def start_import(folder: Path) -> "subprocess.Popen[bytes]":
    return start("manage.py", "import_package", str(folder), "--consortium", "leicester")


def start_worker(job: BackgroundJob, *, media: Path) -> "subprocess.Popen[bytes]":
    """Start what a worker does when it is rung for a job."""
    work = f"from partners.tasks import run_job; run_job({job.consortium_id}, {job.pk})"
    return start("-c", f"import django; django.setup(); {work}", media=media)


def storing() -> int:
    """Count the sessions that are storing rows of the package now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'reporting_risk'::regclass"
            " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
            # A copy of this database, of another process of the tests, has a table of the same id.
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return int(cursor.fetchone()[0])


def wait_for(found: object, *, seconds: int = 60) -> None:
    until = time.monotonic() + seconds
    while not found() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.02)
    assert found()  # type: ignore[operator]


def stored(consortium: Consortium) -> tuple[int, int]:
    with in_consortium(consortium.pk):
        return Risk.objects.count(), ExchangeBatch.objects.count()


def test_a_killed_import_leaves_nothing_half_stored(emptied: Consortium, folder: Path) -> None:
    process = start_import(folder)
    wait_for(storing)

    process.send_signal(signal.SIGKILL)
    process.wait()

    wait_for(lambda: not storing())
    assert stored(emptied) == (0, 0)
    assert start_import(folder).wait() == 0
    assert stored(emptied) == (ROWS, 1)


def test_two_imports_into_one_consortium_queue(emptied: Consortium, folder: Path) -> None:
    processes = [start_import(folder) for _ in range(2)]

    assert [process.wait() for process in processes] == [0, 0]

    assert stored(emptied) == (ROWS, 2)
    with in_consortium(emptied.pk):
        made = [batch.counts["risks"]["new"] for batch in ExchangeBatch.objects.order_by("pk")]
    assert sorted(made) == [0, ROWS]


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "state" / "files"
    return Path(settings.MEDIA_ROOT)


def test_a_worker_killed_while_it_stores_a_browsers_import_leaves_the_job_to_the_next_who_does_it_once(
    emptied: Consortium, folder: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[int, int]] = []
    monkeypatch.setattr(run_job, "delay", lambda *ids: rung.append(ids))
    with in_consortium(emptied.pk):
        boss = StaffFactory(role=Role.ADMINISTRATOR, organisation=OrganisationFactory(accountable_body=True))
        batch = check_upload(zipped(folder), by=boss)
    assert start_worker(batch.job, media=media).wait() == 0
    with in_consortium(emptied.pk):
        job = ask_to_load(batch, by=boss).job
    worker = start_worker(job, media=media)
    wait_for(storing)

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    wait_for(lambda: not storing())
    assert stored(emptied) == (0, 1)
    rung.clear()
    with in_consortium(emptied.pk):
        jobs.sweep()
    assert rung == [(emptied.pk, job.pk)]
    for _ in range(2):  # rung by the sweeper and by the broker as well
        assert start_worker(job, media=media).wait() == 0
    assert stored(emptied) == (ROWS, 1)
    with in_consortium(emptied.pk):
        job.refresh_from_db()
        batch.refresh_from_db()
        assert (job.state, job.attempts, job.message) == ("done", 2, "")
        assert batch.counts["risks"]["new"] == ROWS
        assert batch.loaded_at is not None


def zipped(folder: Path) -> "SimpleUploadedFile[bytes]":
    return SimpleUploadedFile("large.zip", Path(shutil.make_archive(str(folder), "zip", folder)).read_bytes())
