"""Runs pytest on servers of its own, with a browser where one can be had."""

import contextlib
import fcntl
import sys
from collections.abc import Iterator

from startup.browser import find_browser
from startup.commands import run_beside
from startup.environ import for_another_database, services
from startup.places import ROOT, VENV, Places, places

MOST_RUNS = 20


def run_tests(arguments: list[str]) -> int:
    """Everything when no arguments are given, over two processes; otherwise exactly what pytest is told."""
    browser = find_browser()
    words = arguments or ["-n", "2"]
    with own_turn(places("test").made()) as turn, services("test", "config.settings.test") as ready:
        environment = ready.environment | browser | {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        if turn and "postgres" in ready.embedded:
            environment = for_another_database(environment, f"_{turn}")
        return run_beside([str(VENV / "bin" / "pytest"), *words], environment, cwd=str(ROOT))


@contextlib.contextmanager
def own_turn(where: Places) -> Iterator[int]:
    """A number no other test run holds, so that two runs side by side build two databases."""
    for turn in range(MOST_RUNS):
        with (where.folder / f"run-{turn}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield turn
            return
    print("Waiting for another test run to finish …", file=sys.stderr)
    with (where.folder / "run-0.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield 0
