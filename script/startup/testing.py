"""Runs pytest on servers of its own, with a browser where one can be had."""

import contextlib
import os
from collections.abc import Iterator

from startup.browser import find_browser
from startup.environ import for_another_database, services
from startup.failures import StartError
from startup.locks import try_lock
from startup.places import ROOT, VENV, Places, places
from startup.programs import run_beside

MOST_RUNS = 20
MOST_PROCESSES = 8
WITH_VALUE = ("-k", "-m", "-c", "-o", "-p", "-W", "-r")
ONE_PROCESS = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--capture=no", "--co", "--collect-only")


def run_tests(arguments: list[str]) -> int:
    """Run what the arguments say, or everything."""
    browser = find_browser()
    with own_turn(places("test").made()) as turn, services("test") as ready:
        environment = ready.environment | browser | {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        if turn and "postgres" in ready.embedded:
            environment = for_another_database(environment, f"_{turn}")
        os.chdir(ROOT)
        return run_beside([str(VENV / "bin" / "pytest"), *side_by_side(arguments), *arguments], environment)


def side_by_side(arguments: list[str]) -> list[str]:
    """Use every processor, unless the arguments name files or say otherwise: a few tests are done before two start."""
    for before, word in zip(["", *arguments], arguments, strict=False):
        names_files = (
            before not in WITH_VALUE and not word.startswith("-") and (ROOT / word.partition("::")[0]).exists()
        )
        if names_files or word.startswith(ONE_PROCESS) or (before == "-p" and word == "no:xdist"):
            return []
    processes = min(MOST_PROCESSES, max(2, len(os.sched_getaffinity(0))))
    return ["-n", str(processes), "--dist", "worksteal"]


@contextlib.contextmanager
def own_turn(where: Places) -> Iterator[int]:
    """A number no other test run holds, so that two runs side by side build two databases."""
    for turn in range(MOST_RUNS):
        with (where.folder / f"run-{turn}.lock").open("a") as lock:
            if try_lock(lock):
                yield turn
                return
    raise StartError(
        f"{MOST_RUNS} test runs are at work in this copy already: wait for one to end, and run this again."
    )
