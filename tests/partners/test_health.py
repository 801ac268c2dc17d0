"""What the balancer is told."""

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client as Browser
from psycopg2.errors import DiskFull, ReadOnlySqlTransaction

from partners.platform.jobs import broker
from partners.queries import readiness
from partners.queries.readiness import known_migrations

READY = {"status": "ready", "database": "ready", "broker": "ready"}


def test_a_process_that_answers_is_alive() -> None:
    assert Browser().get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_with_one_query(db: None, django_assert_num_queries: Any) -> None:
    Browser().get("/readyz")  # whether the disk has room is asked every few seconds, not each time
    with django_assert_num_queries(1):
        answer = Browser().get("/readyz")

    assert (answer.status_code, answer.json()) == (200, READY)


@pytest.mark.parametrize("fault", [DiskFull("could not write block"), ReadOnlySqlTransaction("read only")])
def test_a_database_that_cannot_write_makes_it_not_ready(
    db: None, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(readiness, "_wrote_at", float("-inf"))

    def refuse(execute: Any, sql: str, *more: Any) -> Any:
        if "transaction_read_only" in sql:
            raise OperationalError from fault
        return execute(sql, *more)

    with connection.execute_wrapper(refuse):
        answer = Browser().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "not ready"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_changes_makes_it_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_wrote_at", float("-inf"))
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")

    answer = Browser().get("/readyz")

    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
    assert answer.status_code == 503


def test_a_migration_that_waits_makes_it_not_ready(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")  # the application's may not write this table
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reporting' AND name LIKE '0001%'")
        cursor.execute(f'SET ROLE "{settings.DATABASE_APP_ROLE}"')

    answer = Browser().get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {**READY, "status": "not ready", "database": "not ready"})


def test_a_database_that_is_away_makes_it_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection to server at 10.0.0.5 failed")

    monkeypatch.setattr(connection, "cursor", away)

    answer = Browser().get("/readyz")

    assert answer.status_code == 503
    assert b"10.0.0.5" not in answer.content


def test_a_broker_that_is_away_is_told_and_stops_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_last", None)
    monkeypatch.setattr(broker, "_ask", lambda: False)

    answer = Browser().get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {**READY, "broker": "not ready"})
    monkeypatch.setattr(broker, "_last", None)


def test_the_names_of_files_are_the_migrations_that_django_finds() -> None:
    assert known_migrations() == set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


@pytest.mark.parametrize("url", ["redis+socket://{folder}/nothing?virtual_host=0", "redis://127.0.0.1:1/0"])
def test_asking_a_broker_that_is_away_keeps_nobody_waiting(settings: Any, tmp_path: Path, url: str) -> None:
    settings.CELERY_BROKER_URL = url.format(folder=tmp_path)
    began = time.monotonic()

    assert broker._ask() is False

    assert time.monotonic() - began < 1


def test_a_broker_that_answers_is_there(settings: Any, tmp_path: Path) -> None:
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/here?virtual_host=0"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{tmp_path}/here")
        listening.listen()
        answering = threading.Thread(target=answer_once, args=[listening])
        answering.start()

        assert broker._ask() is True

        answering.join()


def answer_once(listening: socket.socket) -> None:
    line, _ = listening.accept()
    with line:
        line.sendall(b"+PONG\r\n" if line.recv(64) == b"PING\r\n" else b"")
