"""The keeper: one process per set of servers that holds them as its children while somebody leases them.

A lease is an open connection to the keeper's socket, so it ends with its holder, however the holder ends. With
the last lease gone the keeper stops the servers and itself. A holder may also name the process groups it
started ("mind"); the keeper ends those the holder leaves behind, so that `kill -9` of a supervisor is a stop too.

One line of JSON each way: {"need": ["postgres"]} is answered by {"ready": true} or {"failed": "a sentence"};
{"mind": 123} and {"forget": 123} are not answered; {"pin": true} keeps the servers without a lease.
"""

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

from startup.failures import StartError
from startup.places import Places, places
from startup.servers import Postgres, Server, Valkey

LOOK_SECONDS = 1.0
GRACE_SECONDS = 8.0
BUSY = 75  # exit status: another keeper holds these places


@dataclass
class Holder:
    """One lease: its connection, what it has not finished saying, and what it asked us to mind."""

    connection: socket.socket
    unread: bytes = b""
    minded: set[int] = field(default_factory=set)


class Keeper:
    """Serves leases until the last one ends."""

    def __init__(self, where: Places) -> None:
        self.servers: dict[str, Server] = {
            "postgres": Postgres(where, lasting=where.name == "main"),
            "valkey": Valkey(where),
        }
        self.where = where
        self.wanted: list[str] = []
        self.holders: dict[socket.socket, Holder] = {}
        self.pinned = False
        self.told_to_stop = False
        self.served_anyone = False
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Listen, serve, and stop everything in order at the end."""
        listener = socket.socket(socket.AF_UNIX)
        unheard = self.where.keeper_socket.with_suffix(".new")
        unheard.unlink(missing_ok=True)
        listener.bind(str(unheard))
        unheard.chmod(0o600)
        listener.listen(64)
        unheard.rename(self.where.keeper_socket)  # so that whoever sees it is heard
        self.selector.register(listener, selectors.EVENT_READ)
        began = time.monotonic()
        while not self.told_to_stop and (self.in_use() or (not self.served_anyone and time.monotonic() < began + 10)):
            for key, _ in self.selector.select(LOOK_SECONDS):
                if key.fileobj is listener:
                    self._accept(listener)
                elif isinstance(key.fileobj, socket.socket):
                    self._listen_to(self.holders[key.fileobj])
            self._revive()
        listener.close()
        self.where.keeper_socket.unlink(missing_ok=True)
        for holder in list(self.holders.values()):
            self._let_go(holder)
        for name in reversed(self.wanted):
            self.servers[name].stop()

    def in_use(self) -> bool:
        """Whether anybody still needs the servers."""
        return self.pinned or bool(self.holders)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self.served_anyone = True
        self.holders[connection] = Holder(connection)
        self.selector.register(connection, selectors.EVENT_READ)

    def _listen_to(self, holder: Holder) -> None:
        try:
            said = holder.connection.recv(65536)
        except OSError:
            said = b""
        if not said:
            self._let_go(holder)
            return
        *lines, holder.unread = (holder.unread + said).split(b"\n")
        for line in lines:
            answer = self._answer(holder, json.loads(line))
            if answer:
                with contextlib.suppress(OSError):
                    holder.connection.sendall(json.dumps(answer).encode() + b"\n")

    def _answer(self, holder: Holder, said: dict[str, object]) -> dict[str, object]:
        match said:
            case {"need": list(names)}:
                return self._provide([str(name) for name in names])
            case {"mind": int(group)}:
                holder.minded.add(group)
            case {"forget": int(group)}:
                holder.minded.discard(group)
            case {"leaving": True}:
                return {"last": not self.pinned and len(self.holders) == 1}
            case {"pin": bool(pinned)}:
                was, self.pinned = self.pinned, pinned
                return {"was_pinned": was, "others": len(self.holders) - 1}
        return {}

    def _provide(self, names: list[str]) -> dict[str, object]:
        try:
            for name in names:
                if not self.servers[name].alive():
                    self.servers[name].start()
                if name not in self.wanted:
                    self.wanted.append(name)
        except StartError as problem:
            return {"failed": str(problem)}
        return {"ready": True}

    def _revive(self) -> None:
        """Start again a server that fell over; if that fails its log says why, and the next look tries again."""
        for name in self.wanted:
            if self.in_use() and not self.servers[name].alive():
                note(f"{name} ended unexpectedly; starting it again")
                try:
                    self.servers[name].start()
                except StartError as problem:
                    note(str(problem))

    def _let_go(self, holder: Holder) -> None:
        self.selector.unregister(holder.connection)
        holder.connection.close()
        del self.holders[holder.connection]
        end_groups(holder.minded, GRACE_SECONDS)


def end_groups(groups: set[int], seconds: float) -> None:
    """Ask process groups to end, and insist after `seconds`."""
    deadline = time.monotonic() + seconds
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: int) -> bool:
    """Signal a process group; false when it is gone."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def note(text: str) -> None:
    """A line for keeper.log, which is our standard error."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, file=sys.stderr, flush=True)


def main(name: str) -> int:
    """Be the keeper of the places called `name`, unless there is one."""
    where = places(name).made()
    with (where.folder / "keeper.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return BUSY
        keeper = Keeper(where)

        def stop(_number: int, _frame: FrameType | None) -> None:
            keeper.told_to_stop = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        keeper.run()
    return 0
