"""The commands in this folder. What needs the installation is imported after it."""
# ruff: noqa: PLC0415

import errno
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Never

from startup.failures import BROKEN_MODULE, StartError
from startup.install import ensure_installed
from startup.places import ROOT, VENV, VENV_PYTHON
from startup.ports import open_port

PRINTED = [
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_ROLE", "REDIS_URL", "SECRET_KEY", "CASELOAD_FIELD_KEY"),
    *("CASELOAD_STATE_DIR", "DJANGO_SETTINGS_MODULE", "ALLOWED_HOSTS", "PORT", "VIRTUAL_ENV", "PATH"),
    "CASELOAD_TEST_TEMPLATE",
]

# What the disk may refuse anywhere, and what to do about it.
NO_RIGHT = "Cannot write to {}: give yourself the right to, or start Caseload as the user it belongs to"
ON_DISK = {
    errno.EACCES: NO_RIGHT,
    errno.EPERM: NO_RIGHT,
    errno.EROFS: "{} is on a read-only file system: copy the project to a folder you may write to",
    errno.ENOSPC: "The disk is full (at {}): make room",
    errno.EDQUOT: "Your disk quota is used up (at {}): make room",
}


def main(arguments: list[str]) -> int:
    """Run one command; a failure a person can put right is one sentence, not a traceback."""
    command, *rest = arguments or [""]
    signal.signal(signal.SIGTERM, end_quietly)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, end_quietly)
    try:
        wanted, run = COMMANDS[command]
        if command == "server":
            refuse_early(rest)
        ensure_installed(wanted)
        if os.path.realpath(sys.prefix) != os.path.realpath(VENV):  # go on under the project's own Python
            os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(ROOT / "script" / "run.py"), command, *rest])  # noqa: S606 -- no shell is wanted
        return run(rest)
    except StartError as problem:
        return refuse(str(problem))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    except ImportError as problem:
        return refuse(f"{BROKEN_MODULE.format(problem)}.")
    except OSError as problem:
        if problem.errno not in ON_DISK or not problem.filename:
            raise
        return refuse(f"{ON_DISK[problem.errno].format(problem.filename)}, and run this again.")


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def end_quietly(number: int, _frame: object) -> Never:
    raise SystemExit(128 + number)


def refuse_early(rest: list[str]) -> None:  # before minutes of installation
    if rest:
        raise StartError("script/server takes no arguments; PORT chooses the port.")
    # A shell has programs it starts with & ignore this, but `kill -INT` is to stop us while we install, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    open_port().close()


def server(_rest: list[str]) -> int:
    from startup.processes import serve

    return serve()


def manage(rest: list[str]) -> int:
    from startup.environ import manage_py, services
    from startup.programs import run_beside

    with services("main") as ready:
        return run_beside(manage_py(*rest), ready.environment)


def test(rest: list[str]) -> int:
    from startup.testing import run_tests

    return run_tests(rest)


def lint(rest: list[str]) -> int:
    from startup.environ import manage_py, services
    from startup.programs import run_beside
    from startup.templates import untidy

    fix = rest == ["--fix"]
    if rest and not fix:
        raise StartError("usage: script/lint [--fix]")
    checks = [
        ["ruff", "check", *(["--fix"] if fix else [])],
        ["ruff", "format", *([] if fix else ["--check"])],
        ["lint-imports"],
        ["mypy", "."],
        ["oxlint", "--deny-warnings", *(["--fix"] if fix else []), "static/js"],
        manage_py("makemigrations", "--check", "--dry-run"),
    ]
    failed = []
    os.chdir(ROOT)
    print("── templates", flush=True)
    if problems := untidy(Path("templates")):
        print("\n".join(problems))
        failed.append("templates")
    with services("test") as ready:
        for check in checks:
            name = " ".join(word for word in check if "/" not in word)
            print(f"── {name}", flush=True)
            if run_beside(check, ready.environment):
                failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "Everything in order.")
    return 1 if failed else 0


def env(_rest: list[str]) -> int:
    """Print the environment, and keep its servers until script/stop."""
    from startup.environ import services
    from startup.in_use import keep
    from startup.places import places

    with services("main") as ready:
        keep(places("main"))
        for name in PRINTED:
            if name in ready.environment:
                print(f"export {name}={shlex.quote(ready.environment[name])}")
    return 0


def stop(_rest: list[str]) -> int:
    """End the server of this copy, and let go of what `script/env` keeps."""
    from startup.in_use import let_go
    from startup.places import places
    from startup.processes import stop_server

    where = places("main").made()
    stop_server(where)
    print("Stopped." if let_go(where) else "Let go; another command still uses the servers.")
    return 0


def guard(rest: list[str]) -> int:  # started by the other commands, not by hand
    from startup.in_use import embedded, guard
    from startup.places import places

    where = places(rest[0]).made()
    return guard(where, embedded(where))


# Each with the packages it needs.
COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "server": ("local", server),
    "manage": ("local", manage),
    "test": ("dev", test),
    "lint": ("dev", lint),
    "env": ("local", env),
    "stop": ("local", stop),
    "guard": ("local", guard),
}
