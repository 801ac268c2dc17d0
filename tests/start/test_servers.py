"""The embedded servers themselves: what they keep, what a crash costs, and what they say when they do not start."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg2
import pytest
import redis
from psycopg2.extensions import make_dsn
from startup.failures import StartError
from startup.keys import local_keys
from startup.places import Places
from startup.roles import STATEMENTS
from startup.servers import Postgres, Valkey, cause


@pytest.fixture
def postgres(where: Places) -> Iterator[Postgres]:
    server = Postgres(replace(where, name="main").made())  # the tests' own does not wait for the disk
    yield server
    server.stop()


@pytest.fixture
def valkey(where: Places) -> Iterator[Valkey]:
    server = Valkey(where)
    yield server
    server.stop()


def kill(server: Postgres | Valkey) -> None:
    os.kill(server.pid(), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.pid() and time.monotonic() < deadline:
        time.sleep(0.01)


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(psycopg2.connect(url)) as opened, opened, opened.cursor() as at:
        at.execute(query)
        return at.fetchall() if at.description else []


def test_a_database_outlives_stops_and_crashes(postgres: Postgres) -> None:
    postgres.start()
    access = postgres.access()
    ask(access.owner_url, "CREATE TABLE visits (id int); INSERT INTO visits VALUES (1), (2)")
    assert not postgres.fell_over()

    postgres.stop()
    assert (postgres.pid(), postgres.fell_over()) == (0, False)
    postgres.start()
    ask(access.application_url, "INSERT INTO visits VALUES (3)")
    kill(postgres)
    assert postgres.fell_over()
    postgres.start()

    assert ask(access.application_url, "SELECT id FROM visits ORDER BY id") == [(1,), (2,), (3,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(access.application_url, "CREATE TABLE mine (id int)")


@pytest.mark.slow
def test_the_deployments_database_gives_its_roles_the_rights_they_have_here(postgres: Postgres) -> None:
    """The image's set-up runs deploy/postgres/10-roles.sh; the database here was made by script/."""
    postgres.start()
    ask(postgres.admin_url("postgres"), "ALTER DATABASE caseload RENAME TO here")
    passwords = {"owner": "it's the owner's", "app": 'the "app"'}
    given = {f"DATABASE_{role.upper()}_PASSWORD": password for role, password in passwords.items()}
    given |= {"PGHOST": str(postgres.sockets), "PATH": f"{postgres.programs}:{os.defpath}"}
    given |= {"POSTGRES_PASSWORD": local_keys(postgres.where.state)["superuser_password"]}
    given |= {"ROLE_STATEMENTS": str(STATEMENTS)}

    done = subprocess.run([STATEMENTS.with_name("10-roles.sh")], env=given, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stderr
    assert "owner's" not in done.stdout
    rights = """
        SELECT datname, datacl::text, datdba::regrole::text FROM pg_database WHERE datname IN ('caseload', 'here')
        ORDER BY 1"""
    there, here = ask(postgres.admin_url("postgres"), rights)
    assert there[1:] == here[1:]
    owner, app = (
        make_dsn(host=postgres.sockets, dbname="caseload", user=f"caseload_{role}", password=password)
        for role, password in passwords.items()
    )
    ask(owner, "CREATE TABLE visits (id serial); INSERT INTO visits VALUES (1), (2)")
    ask(app, "INSERT INTO visits DEFAULT VALUES; DELETE FROM visits WHERE id = 2")
    assert (
        ask(app, "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname LIKE 'caseload%'")
        == [(False, False, False)] * 2
    )


@pytest.mark.slow
def test_a_number_that_is_somebody_elses_by_now_stops_no_start(postgres: Postgres) -> None:
    postgres.start()
    kept = (postgres.data / "postmaster.pid").read_text().splitlines()
    kill(postgres)
    (postgres.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *kept[1:], ""]))

    assert postgres.fell_over()
    postgres.start()

    assert ask(postgres.access().application_url, "SELECT 1") == [(1,)]


@pytest.mark.slow
def test_secrets_that_do_not_fit_the_data_are_a_sentence(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.where.state / "keys.json").unlink()

    with pytest.raises(StartError, match=r"keys\.json do not fit the stored data: put both back from one backup"):
        postgres.start()


@pytest.mark.slow
def test_a_server_that_refuses_is_quoted(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "global" / "pg_control").write_bytes(b"")

    with pytest.raises(StartError, match=r"postgres did not start \(.*pg_control.*\): see .*postgres\.log"):
        postgres.start()


def test_the_queue_outlives_stops_and_crashes(valkey: Valkey) -> None:
    valkey.start()
    with redis.Redis(unix_socket_path=str(valkey.sockets / "socket")) as client:
        client.rpush("celery", "first", "second")
    valkey.stop()
    assert (valkey.pid(), valkey.fell_over()) == (0, False)

    valkey.start()
    with redis.Redis(unix_socket_path=str(valkey.sockets / "socket")) as client:
        client.rpush("celery", "third")
    time.sleep(1.2)  # it writes to the disk every second
    kill(valkey)
    assert valkey.fell_over()
    valkey.start()

    with redis.Redis(unix_socket_path=str(valkey.sockets / "socket")) as client:
        assert client.lrange("celery", 0, -1) == [b"first", b"second", b"third"]


def test_the_reason_is_quoted_and_not_the_farewell() -> None:
    log = "LOG:  starting\nFATAL:  lock file is empty\nLOG:  database system is shut down\n"

    assert cause(log) == "FATAL:  lock file is empty"


def test_without_a_fatal_line_the_last_one_is_quoted() -> None:
    assert cause("# Server started\nCan't open the log file\n\n") == "Can't open the log file"
