"""A killed import leaves nothing half-stored, and two imports into one consortium queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from partners.models import Consortium, ExchangeBatch
from partners.tenancy.scope import in_consortium
from reporting.models import Risk
from tests.exchange.packages import write
from tests.factories.partners import ConsortiumFactory

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


def start_import(folder: Path) -> "subprocess.Popen[bytes]":
    """Start the command in a process of its own, on the test's database."""
    database = connection.settings_dict
    host, user, password = (quote(database[key], safe="") for key in ("HOST", "USER", "PASSWORD"))
    url = f"postgres://{user}:{password}@/{database['NAME']}?host={host}&port={database['PORT']}"
    command = [sys.executable, "manage.py", "import_package", str(folder), "--consortium", "leicester"]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    return subprocess.Popen(  # noqa: S603  our own command
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    )


def storing() -> int:
    """Count the sessions that are storing rows of the package now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'reporting_risk'::regclass"
            " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
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
