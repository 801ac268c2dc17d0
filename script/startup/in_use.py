"""When the embedded servers run: as long as a command lives that uses them, or script/env has asked to keep them.

Every command holds a shared lock on `in-use.lock`; who gets that lock for itself knows that nobody uses the servers.
Starting and stopping, and trying for that lock, happens under `changing.lock`, so one at a time. The last command stops
the servers when it ends. For commands that are killed, a guard looks every second: it stops what nobody uses any more,
and starts again a server that fell over while somebody does. It holds nothing and is asked nothing: if it is
killed too, the next command starts another one, and every server goes on.
"""

import contextlib
import fcntl
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import IO

from startup.failures import StartError
from startup.locks import one_at_a_time, try_lock
from startup.places import ROOT, Places
from startup.servers import Postgres, Server, Valkey

LOOK_SECONDS = 1.0


def embedded(where: Places) -> list[Server]:
    """The servers in the order in which they are started."""
    return [Postgres(where), Valkey(where)]


@contextlib.contextmanager
def in_use(where: Places, needed: Sequence[Server]) -> Iterator[None]:
    """Have these servers run until the end of the block, and stop them after it unless somebody else uses them."""
    refuse_beside_an_earlier_version(where)
    with (where.folder / "in-use.lock").open("a") as use:
        try:
            with one_at_a_time(where.folder / "changing.lock"):
                fcntl.flock(use, fcntl.LOCK_SH)
                if not any(server.pid() for server in embedded(where)):
                    (where.folder / "kept").unlink(missing_ok=True)  # what was kept ended with the machine
                ensure_guard(where)
                for server in needed:
                    server.start()
            yield
        finally:
            with one_at_a_time(where.folder / "changing.lock"):
                stop_if_unused(where, use, embedded(where))


def stop_if_unused(where: Places, use: IO[str], servers: Sequence[Server]) -> bool:
    """Stop the servers if nobody but the caller uses them and nothing keeps them; say whether none is left."""
    if (where.folder / "kept").exists() or not try_lock(use):
        return False
    for server in reversed(servers):
        server.stop()
    return True


def keep(where: Places) -> None:
    """Keep the servers without a command that uses them, until script/stop."""
    (where.folder / "kept").touch()


def let_go(where: Places) -> bool:
    """Keep the servers no longer than somebody uses them; say whether nobody does."""
    refuse_beside_an_earlier_version(where)
    with (where.folder / "in-use.lock").open("a") as use, one_at_a_time(where.folder / "changing.lock"):
        (where.folder / "kept").unlink(missing_ok=True)
        return stop_if_unused(where, use, embedded(where))


def ensure_guard(where: Places) -> None:
    """Start a guard unless there is one. It is nobody's child, so that nobody has to see it off."""
    with (where.folder / "keeper.lock").open("a") as lock:
        if not try_lock(lock):
            return
    in_between = os.fork()
    if in_between:
        os.waitpid(in_between, 0)
        return
    try:
        with (where.logs / "guard.log").open("ab") as log:
            command = [sys.executable, str(ROOT / "script" / "run.py"), "guard", where.name]
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True)
    finally:
        os._exit(0)


def guard(where: Places, servers: Sequence[Server]) -> int:
    """Look every second until nobody uses the servers. One guard at a time; see the top."""
    with (where.folder / "keeper.lock").open("a") as only, (where.folder / "in-use.lock").open("a") as use:
        if not try_lock(only):
            return 0
        while True:
            time.sleep(LOOK_SECONDS)
            with one_at_a_time(where.folder / "changing.lock"):
                if stop_if_unused(where, use, servers):
                    only.close()  # while nobody can come: the next command finds no guard and starts one
                    return 0
                for server in servers:
                    if server.fell_over():
                        revive(server)


def revive(server: Server) -> None:
    """Start again a server that fell over; if that fails the next look tries again."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), f"{server.name} ended unexpectedly; starting it again", flush=True)
    try:
        server.start()
    except StartError as problem:
        print(problem, flush=True)


def refuse_beside_an_earlier_version(where: Places) -> None:
    """Versions until November 2026 had a process that holds the servers and listens here; end it before ours start."""
    with socket.socket(socket.AF_UNIX) as line:
        if line.connect_ex(str(where.sockets / "keeper")):
            return
        holder = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    raise StartError(
        f"An earlier version of Caseload is still at work on {where.folder}: let its commands end (script/stop ends a "
        f"server, `kill {holder}` whatever it holds), and run this again."
    )
