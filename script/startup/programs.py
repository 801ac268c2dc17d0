"""Other programs: run quietly into the installation's log, beside us in the foreground, or bound to our life."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from startup.places import ROOT, VAR

LOG = VAR / "install.log"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def dying_with_parent(number: signal.Signals) -> Callable[[], None]:
    """What a new child does first: ask the kernel for `number` when its parent dies, however that ends."""
    parent = os.getpid()

    def prepare_child() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return prepare_child


def run_quietly(
    command: list[str], environment: dict[str, str], *, cwd: Path = ROOT, seconds: float | None = None
) -> bool:
    """Run an installer; what it says goes to the log. False when it fails, is not there or takes too long."""
    with LOG.open("a") as log:
        print("$", *command, file=log, flush=True)
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd,
                env=environment,
                timeout=seconds,
                check=False,
                preexec_fn=dying_with_parent(signal.SIGTERM),
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            print(problem, file=log)
            return False
    return done.returncode == 0


def run_beside(command: list[str], environment: dict[str, str]) -> int:
    """Run a program in the foreground, from where we are, and give back its exit status.

    Ctrl-C reaches it from the terminal by itself; a `kill` of us is handed on; if we die it is told.
    """
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(command, env=environment, preexec_fn=dying_with_parent(signal.SIGTERM))  # noqa: PLW1509 -- one thread
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: child.send_signal(number))
        status = child.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
    return status if status >= 0 else 128 - status
