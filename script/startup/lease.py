"""How a command gets the embedded servers, and lets them go."""

import contextlib
import fcntl
import json
import socket
import subprocess
import sys
import time
from typing import Self

from startup.failures import StartError, last_words
from startup.keeper import BUSY
from startup.places import ROOT, Places

PATIENCE_SECONDS = 90


class Lease:
    """An open connection to the keeper; while it is open, the servers run."""

    def __init__(self, where: Places, needs: list[str]) -> None:
        self.where = where
        self.keeper: subprocess.Popen[bytes] | None = None
        self.connection = self._connect(needs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _connect(self, needs: list[str]) -> socket.socket:
        """Ask the keeper for servers, starting a keeper where there is none. One that is just ending is waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.where.keeper_socket))
                answer = ask(connection, {"need": needs})
            except OSError:
                connection.close()
                self._ensure_keeper()
                time.sleep(0.03)
                continue
            if "failed" in answer:
                connection.close()
                raise StartError(str(answer["failed"]))
            return connection
        raise StartError(
            f"The embedded servers did not start within {PATIENCE_SECONDS} seconds: "
            f"look into {self.where.logs} and start again."
        )

    def _ensure_keeper(self) -> None:
        if self.keeper and self.keeper.poll() is None:
            return
        if self.keeper and self.keeper.returncode not in {0, BUSY}:
            log = (self.where.logs / "keeper.log").read_text(errors="replace")
            raise StartError(
                f"The embedded servers did not start ({last_words(log)}): look into {self.where.logs} and start again."
            )
        with (self.where.logs / "keeper.log").open("ab") as log_file:
            self.keeper = subprocess.Popen(
                [sys.executable, str(ROOT / "script" / "run.py"), "keeper", self.where.name],
                stdin=subprocess.DEVNULL, stdout=log_file, stderr=log_file, cwd="/", start_new_session=True,
            )  # fmt: skip

    def mind(self, group: int) -> None:
        """Have the keeper end this process group if we die without doing so."""
        self._say({"mind": group})

    def forget(self, group: int) -> None:
        """The group has ended; its number may be somebody else's soon."""
        self._say({"forget": group})

    def pin(self, *, keep: bool) -> dict[str, object]:
        """Keep the servers running without a lease, or no longer."""
        return ask(self.connection, {"pin": keep})

    def lost(self) -> bool:
        """Whether the keeper is gone, and the servers with it."""
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)

    def end(self) -> None:
        """Let go; if nobody else leases the servers, return when they have stopped."""
        try:
            last = bool(ask(self.connection, {"leaving": True})["last"])
        except OSError:
            last = True
        self.connection.close()
        if last:
            self._wait_for_the_end()

    def _wait_for_the_end(self) -> None:
        began = time.monotonic()
        with (self.where.folder / "keeper.lock").open("a") as lock:
            while time.monotonic() < began + 40:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                if time.monotonic() > began + 1 and self.where.keeper_socket.exists():
                    return  # somebody else came: an ending keeper takes its socket away first
                time.sleep(0.02)
        if self.keeper:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.keeper.wait(5)

    def _say(self, words: dict[str, object]) -> None:
        with contextlib.suppress(OSError):
            self.connection.sendall(json.dumps(words).encode() + b"\n")


def ask(connection: socket.socket, words: dict[str, object]) -> dict[str, object]:
    """Say one line and wait for the answer."""
    connection.sendall(json.dumps(words).encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\n"):
        more = connection.recv(65536)
        if not more:
            raise ConnectionResetError("the keeper ended")
        answer += more
    parsed: dict[str, object] = json.loads(answer)
    return parsed
