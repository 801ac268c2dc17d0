"""Emptying the tables after a test that committed rows."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase

KEPT = ("django_migrations", "django_content_type", "auth_permission")


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Empty the tables that have rows, and no more; a folder's conftest imports this fixture.

    Django's own flush would empty all of them and then install every trigger anew: half a minute a test.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


def empty_tables(_case: object = None) -> None:
    wait_for_others()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"
            " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)",
            [list(KEPT)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        if tables:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def wait_for_others(seconds: float = 20) -> None:
    """Wait until the server's threads have hung up: a page may be loading while its window closes.

    :raises AssertionError: naming what a session that stays did last.
    """
    until = time.monotonic() + seconds
    while others := [*threads_at_work(), *other_sessions()]:
        assert time.monotonic() < until, f"Still connected to the database of the tests: {others}"
        time.sleep(0.02)


def threads_at_work() -> list[str]:
    """Name the threads of the live server; each has one connection of a browser until that is closed."""
    return [thread.name for thread in threading.enumerate() if "process_request_thread" in thread.name]


def other_sessions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws(' ', state, age(now(), backend_start), left(query, 200)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [told for (told,) in cursor.fetchall()]
