"""The commands in this folder."""

import errno
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType

from startup.children import dying_with_parent
from startup.failures import BROKEN_MODULE, StartError
from startup.install import ensure_installed
from startup.places import ROOT, VENV, VENV_PYTHON

PRINTED = [
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_ROLE", "REDIS_URL", "SECRET_KEY", "CASELOAD_FIELD_KEY"),
    *("CASELOAD_STATE_DIR", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS", "PORT", "VIRTUAL_ENV", "PATH"),
    "CASELOAD_TEST_TEMPLATE",
]

# What the disk may refuse anywhere, and what to do about it.
ON_DISK = {
    errno.EACCES: "Cannot write to {}: give yourself the right to, or start Caseload as the user it belongs to",
    errno.EPERM: "Cannot write to {}: give yourself the right to, or start Caseload as the user it belongs to",
    errno.EROFS: "{} is on a read-only file system: copy the project to a folder you may write to",
    errno.ENOSPC: "The disk is full (at {}): make room",
    errno.EDQUOT: "Your disk quota is used up (at {}): make room",
}


def main(arguments: list[str]) -> int:
    """Run one command; a failure a person can put right is one sentence, not a traceback."""
    command, *rest = arguments or [""]
    signal.signal(signal.SIGTERM, _end_quietly)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _end_quietly)
    try:
        return COMMANDS[command](rest)
    except StartError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    except ImportError as problem:
        print(f"{BROKEN_MODULE.format(problem)}.", file=sys.stderr)
        return 1
    except OSError as problem:
        if problem.errno not in ON_DISK or not problem.filename:
            raise
        print(f"{ON_DISK[problem.errno].format(problem.filename)}, and run this again.", file=sys.stderr)
        return 1


def _end_quietly(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def installed(wanted: str, command: str, rest: list[str]) -> None:
    """Install, then go on under the project's own Python if this is another."""
    ensure_installed(wanted)
    if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(ROOT / "script" / "run.py"), command, *rest])  # noqa: S606 -- no shell is wanted


def server(rest: list[str]) -> int:
    """Start everything, and stop everything at the end."""
    if rest:
        print("script/server takes no arguments; PORT chooses the port.", file=sys.stderr)
        return 2
    from startup.ports import require_free_port  # noqa: PLC0415 -- before the installation

    # A shell has programs it starts with & ignore this, but `kill -INT` is to stop us while we install, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    require_free_port()
    installed("local", "server", rest)
    from startup.processes import serve  # noqa: PLC0415 -- needs the installation

    return serve()


def manage(rest: list[str]) -> int:
    """manage.py beside the servers."""
    installed("local", "manage", rest)
    from startup.environ import manage as command_line  # noqa: PLC0415 -- needs the installation
    from startup.environ import services, settings_module  # noqa: PLC0415 -- needs the installation

    with services("main", settings_module("config.settings.dev")) as ready:
        return run_beside(command_line(*rest), ready.environment)


def test(rest: list[str]) -> int:
    """Run pytest on a database and a broker of its own."""
    installed("dev", "test", rest)
    from startup.testing import run_tests  # noqa: PLC0415 -- needs the installation

    return run_tests(rest)


def lint(rest: list[str]) -> int:
    """Every check that reads the code without running it."""
    installed("dev", "lint", rest)
    from startup.environ import manage as command_line  # noqa: PLC0415 -- needs the installation
    from startup.environ import services  # noqa: PLC0415 -- needs the installation

    fix = rest == ["--fix"]
    if rest and not fix:
        print("usage: script/lint [--fix]", file=sys.stderr)
        return 2
    checks = [
        ["ruff", "check", *(["--fix"] if fix else [])],
        ["ruff", "format", *([] if fix else ["--check"])],
        ["lint-imports"],
        ["mypy", "."],
        command_line("makemigrations", "--check", "--dry-run"),
    ]
    failed = []
    with services("test", "config.settings.test") as ready:
        for check in checks:
            name = " ".join(word for word in check if "/" not in word)
            print(f"── {name}", flush=True)
            if run_beside(check, ready.environment, cwd=str(ROOT)):
                failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "Everything in order.")
    return 1 if failed else 0


def env(rest: list[str]) -> int:
    """Print the environment, and keep its servers until script/stop."""
    installed("local", "env", rest)
    from startup.environ import services, settings_module  # noqa: PLC0415 -- needs the installation

    with services("main", settings_module("config.settings.dev")) as ready:
        ready.lease.pin(keep=True)
        for name in PRINTED:
            if name in ready.environment:
                print(f"export {name}={shlex.quote(ready.environment[name])}")
    return 0


def stop(rest: list[str]) -> int:
    """Let go of what `script/env` keeps."""
    installed("local", "stop", rest)
    from startup.lease import Lease  # noqa: PLC0415 -- needs the installation
    from startup.places import places  # noqa: PLC0415 -- needs the installation

    with Lease(places("main").made(), []) as lease:
        answer = lease.pin(keep=False)
    others = answer["others"]
    print(f"Let go; {others} other command(s) still use the servers." if others else "Stopped.")
    return 0


def keeper(rest: list[str]) -> int:
    """Hold the servers (started by the other commands, not by hand)."""
    from startup.keeper import main as keep  # noqa: PLC0415 -- needs the installation

    return keep(rest[0])


def run_beside(command: list[str], environment: dict[str, str], cwd: str | None = None) -> int:
    """Run a program in the foreground and give back its exit status.

    Ctrl-C reaches it from the terminal by itself; a `kill` of us is handed on; if we die it is told.
    """
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    tell = dying_with_parent(signal.SIGTERM)

    def prepare_child() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        tell()

    try:
        child = subprocess.Popen(command, env=environment, cwd=cwd, preexec_fn=prepare_child)  # noqa: PLW1509 -- one thread
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: child.send_signal(number))
        status = child.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
    return status if status >= 0 else 128 - status


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "server": server,
    "manage": manage,
    "test": test,
    "lint": lint,
    "env": env,
    "stop": stop,
    "keeper": keeper,
}
