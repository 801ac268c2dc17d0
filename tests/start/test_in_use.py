"""Who may rely on the servers, and what ends when. The servers are stand-ins; test_servers.py has real ones."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from startup import in_use as module
from startup.failures import StartError
from startup.in_use import guard, in_use, keep, let_go
from startup.places import Places


class StandIn:
    """A server that only remembers what was asked of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []
        self.refusal: str | None = None

    def pid(self) -> int:
        return int(self.asked[-1:] == ["start"])

    def fell_over(self) -> bool:
        return self.asked[-1:] == ["fell over"]

    def start(self) -> None:
        if self.refusal:
            raise StartError(self.refusal)
        if not self.pid():
            self.asked.append("start")

    def stop(self) -> None:
        if self.pid():
            self.asked.append("stop")


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[StandIn]:
    found = [StandIn("postgres"), StandIn("valkey")]
    monkeypatch.setattr(module, "embedded", lambda _where: found)
    monkeypatch.setattr(module, "ensure_guard", lambda _where: None)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    return found


@pytest.fixture
def start_guard(where: Places, servers: list[StandIn]) -> Iterator[Callable[[], threading.Thread]]:
    threads: list[threading.Thread] = []

    def start() -> threading.Thread:
        threads.append(threading.Thread(target=guard, args=(where, servers)))
        threads[-1].start()
        return threads[-1]

    yield start
    let_go(where)
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def within(seconds: float, happened: Callable[[], object]) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(happened())


def another_command(where: Places) -> subprocess.Popen[str]:
    """A process that uses the servers."""
    holds = (
        "import fcntl, sys; held = open(sys.argv[1], 'a'); fcntl.flock(held, fcntl.LOCK_SH); print('now', flush=True)"
    )
    holds += "; input()"
    command = [sys.executable, "-c", holds, str(where.folder / "in-use.lock")]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert other.stdout
    assert other.stdout.readline() == "now\n"
    return other


def test_servers_run_until_the_last_of_several_commands_ends(where: Places, servers: list[StandIn]) -> None:
    with in_use(where, servers):
        with in_use(where, servers[1:]):
            pass
        assert [server.asked for server in servers] == [["start"], ["start"]]

    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_only_what_is_needed_is_started(where: Places, servers: list[StandIn]) -> None:
    with in_use(where, servers[1:]):
        assert [server.asked for server in servers] == [[], ["start"]]


def test_servers_outlive_the_command_that_started_them_while_another_lives(
    where: Places, servers: list[StandIn]
) -> None:
    with in_use(where, servers):
        other = another_command(where)
    assert [server.asked for server in servers] == [["start"], ["start"]]

    other.communicate("")
    with in_use(where, servers):
        pass
    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_servers_end_although_the_last_command_was_killed(
    where: Places, servers: list[StandIn], start_guard: Callable[[], threading.Thread]
) -> None:
    with in_use(where, servers):
        guarding = start_guard()
        others = [another_command(where), another_command(where)]
    time.sleep(0.3)
    assert [server.asked for server in servers] == [["start"], ["start"]]

    for other in others:
        other.kill()
        other.communicate()
    guarding.join(20)

    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_a_server_that_fell_over_is_started_again(
    where: Places, servers: list[StandIn], start_guard: Callable[[], threading.Thread]
) -> None:
    with in_use(where, servers):
        start_guard()
        servers[0].asked.append("fell over")
        assert within(20, servers[0].pid)

        assert servers[0].asked == ["start", "fell over", "start"]
        assert servers[1].asked == ["start"]


def test_there_is_one_guard(where: Places, servers: list[StandIn], start_guard: Callable[[], threading.Thread]) -> None:
    with in_use(where, servers):
        first = start_guard()
        time.sleep(0.2)
        second = start_guard()
        second.join(20)

        assert (first.is_alive(), second.is_alive()) == (True, False)


def test_kept_servers_need_no_command(where: Places, servers: list[StandIn]) -> None:
    with in_use(where, servers):
        keep(where)
    assert [server.asked for server in servers] == [["start"], ["start"]]

    assert let_go(where)
    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_letting_go_leaves_servers_that_a_command_uses(where: Places, servers: list[StandIn]) -> None:
    with in_use(where, servers):
        keep(where)
        assert not let_go(where)
        assert [server.asked for server in servers] == [["start"], ["start"]]

    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_what_was_kept_before_a_crash_of_the_machine_is_kept_no_longer(where: Places, servers: list[StandIn]) -> None:
    keep(where)

    with in_use(where, servers):
        pass

    assert [server.asked for server in servers] == [["start", "stop"], ["start", "stop"]]


def test_a_refusal_stops_what_had_started(where: Places, servers: list[StandIn]) -> None:
    servers[1].refusal = "The disk is full: make room."

    with pytest.raises(StartError, match="The disk is full: make room"), in_use(where, servers):
        pytest.fail("the command ran")

    assert servers[0].asked == ["start", "stop"]


def test_an_earlier_version_at_work_is_named(where: Places, servers: list[StandIn]) -> None:
    """Its data must not be served twice."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(where.sockets / "keeper"))
        listening.listen()
        with pytest.raises(StartError, match=f"An earlier version .*`kill {os.getpid()}`"), in_use(where, servers):
            pytest.fail("the command ran")
    assert [server.asked for server in servers] == [[], []]

    with in_use(where, servers):  # its socket stays after a crash, and nobody listens
        assert servers[0].asked == ["start"]


def test_what_a_killed_command_started_ends_with_it(tmp_path: Path) -> None:
    """Both ways in which a command runs another program."""
    starts = (
        "import subprocess, signal; from startup.programs import dying_with_parent, run_beside; import os, sys;"
        "child = [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'];"
        "subprocess.Popen(child, start_new_session=True, preexec_fn=dying_with_parent(signal.SIGTERM));"
        "run_beside(child, dict(os.environ))"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(module.__file__).parents[1])}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True, env=environment
    ) as command:
        assert command.stdout
        children = [int(command.stdout.readline()) for _ in range(2)]
        command.kill()

    assert within(20, lambda: not any(alive(pid) for pid in children))


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
