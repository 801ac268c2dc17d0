"""The keeper with stand-ins for its servers: who may rely on what, and what ends when."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from startup.failures import StartError
from startup.keeper import Keeper
from startup.lease import Lease
from startup.places import Places


class StandIn:
    """A server that only remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refusal: str | None = None

    def start(self) -> None:
        if self.refusal:
            raise StartError(self.refusal)
        self.asked.append("start")

    def stop(self) -> None:
        self.asked.append("stop")

    def alive(self) -> bool:
        return self.asked[-1:] == ["start"]


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = Path(f"/tmp/caseload-t{os.getpid()}-{time.monotonic_ns() % 10**6}")  # noqa: S108 -- socket paths must be short
    yield Places("main", tmp_path_factory.mktemp("state"), folder).made()
    folder.rmdir()


@pytest.fixture
def server() -> StandIn:
    return StandIn()


@pytest.fixture
def keeper(short: Places, server: StandIn) -> Iterator[threading.Thread]:
    held = Keeper(short)
    held.servers = {"postgres": server}  # type: ignore[dict-item]
    thread = threading.Thread(target=held.run)
    thread.start()
    while not short.keeper_socket.exists():
        time.sleep(0.01)
    yield thread
    held.told_to_stop = True
    thread.join(10)


def test_servers_live_until_the_last_lease_ends(keeper: threading.Thread, short: Places, server: StandIn) -> None:
    with Lease(short, ["postgres"]):
        with Lease(short, ["postgres"]):
            pass
        assert server.asked == ["start"]
    keeper.join(5)

    assert server.asked == ["start", "stop"]


def test_a_server_that_fell_over_is_started_again(keeper: threading.Thread, short: Places, server: StandIn) -> None:
    with Lease(short, ["postgres"]):
        server.asked.append("fell over")
        deadline = time.monotonic() + 30
        while not server.alive() and time.monotonic() < deadline:
            time.sleep(0.05)

        assert server.asked == ["start", "fell over", "start"]


def test_a_pinned_server_needs_no_lease(keeper: threading.Thread, short: Places, server: StandIn) -> None:
    with Lease(short, ["postgres"]) as lease:
        lease.pin(keep=True)
    assert server.asked == ["start"]

    with Lease(short, []) as lease:
        lease.pin(keep=False)
    keeper.join(5)

    assert server.asked == ["start", "stop"]


def test_a_refusal_reaches_whoever_asked(keeper: threading.Thread, short: Places, server: StandIn) -> None:
    server.refusal = "The disk is full: make room."

    with pytest.raises(StartError, match="The disk is full: make room"):
        Lease(short, ["postgres"])


def test_what_a_holder_leaves_behind_is_ended(keeper: threading.Thread, short: Places) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    lease = Lease(short, ["postgres"])
    lease.mind(left.pid)

    lease.connection.close()  # as the kernel does for a holder that was killed

    assert left.wait(10) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
