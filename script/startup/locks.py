"""File locks. The kernel lets go of one when its process ends, so a crash leaves none behind."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def try_lock(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    """Take a lock if it is free, or change the one we have if others let us."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until nobody else is in here."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
