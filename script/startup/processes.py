"""Web, worker and scheduler under one supervisor, in the foreground of a terminal."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from startup.broker import why_silent
from startup.children import dying_with_parent
from startup.environ import Services, for_web, manage, services, settings_module
from startup.failures import StartError, last_words
from startup.keeper import signal_group
from startup.places import ROOT, Places, places
from startup.ports import chosen_host, chosen_port, open_port

FIRST_PAGE_SECONDS = 60
STOP_SECONDS = 10
QUICK_DEATH_SECONDS = 10
MOST_QUICK_DEATHS = 5
REFUSED = 3  # how a process ends whose settings are wrong, after a sentence that names the one

# Celery's advice against root is right for a server and noise for a first look.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker"}


class Ended(BaseException):
    """Somebody asked us to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass
class Part:
    """One of the processes a running Caseload consists of."""

    name: str
    command: list[str]
    sockets: tuple[int, ...] = ()  # open ones that it inherits
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self, ready: Services) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches it through us, in order."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=for_web(ready.environment) | QUIET,
            pass_fds=self.sockets,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- the supervisor has one thread
        )
        ready.lease.mind(self.process.pid)

    def ended(self) -> bool:
        """Whether it ran and no longer does."""
        return self.process is not None and self.process.poll() is not None


def parts(state: Places, listening: int) -> list[Part]:
    """What runs, in the order of starting. Two web processes share a socket; neither needs the other, or a master."""
    celery = ["celery", "--quiet", "--app", "config"]
    web = [sys.executable, "-m", "config.serving", "--socket", str(listening)]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    scheduler = [*celery, "beat", "--schedule", str(state.folder / "beat-schedule"), "--pidfile", ""]
    return [
        Part("web", web, (listening,)),
        Part("second web", web, (listening,)),
        Part("worker", [*worker, "--loglevel", "WARNING"]),
        Part("scheduler", [*scheduler, "--loglevel", "WARNING"]),
    ]


def serve() -> int:
    """Start everything, print the address and the sign-ins, and stay until told to end."""
    where = places("main").made()
    _end_on_signals()
    running: list[Part] = []
    try:
        with only_server(where), services("main", settings_module("config.settings.dev")) as ready:
            try:
                _start(where, ready, running)
                _watch(running, ready)
            finally:
                _hold_signals()
                stop_parts(running, ready)
    except Ended as end:
        _tell("Caseload has stopped." if end.number != signal.SIGHUP else "")
        return 0 if end.number == signal.SIGINT else 128 + end.number
    return 0


def _end_on_signals() -> None:
    def end(number: int, _frame: FrameType | None) -> None:
        raise Ended(number)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup a closed terminal is no reason to end
        signal.signal(signal.SIGHUP, end)


def _hold_signals() -> None:
    """While we stop, a second Ctrl-C must not interrupt the stopping; it is short anyway."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def only_server(where: Places) -> Iterator[None]:
    """One server per copy: two schedulers would do everything twice. The lock falls with its process."""
    with (where.folder / "server.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            lock.seek(0)
            raise StartError(
                f"This copy of Caseload is already running at {lock.read().strip() or 'another port'}: use that one, "
                f"or stop it with Ctrl-C in its terminal before starting it again."
            ) from problem
        lock.truncate(0)
        lock.write(f"{address()} (process {os.getpid()})")
        lock.flush()
        yield


def address() -> str:
    """What to type into a browser."""
    host = chosen_host()
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104 -- compared, not bound
    return f"http://{shown}:{chosen_port()}/"


def _start(where: Places, ready: Services, running: list[Part]) -> None:
    if "valkey" not in ready.embedded and (silent := why_silent(ready.environment["REDIS_URL"])):
        _tell(silent)
    sign_ins = _prepare(ready.environment)
    web, *others = parts(where, open_port())
    for part in (web, *others):
        running.append(part)
        part.start(ready)
        if part is web:  # the page first: the others would take its processors
            _wait_for_first_page(web, ready.environment["ALLOWED_HOSTS"])
    _tell(f"\n{sign_ins.rstrip()}\n\nCaseload is running at {address()}\nCtrl-C stops it.")


def _prepare(environment: dict[str, str]) -> str:
    """Bring database and demonstration up to date; return the sign-ins. The command migrates first, as every one."""
    _tell("Preparing the database and the demonstration …")
    return _manage(environment, "load_demonstration", "--then-sign-ins")


def _manage(environment: dict[str, str], *words: str) -> str:
    """Run a management command and give back what it printed; a failure is told in its own last words."""
    child = subprocess.Popen(
        manage(*words),
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- the supervisor has one thread
    )
    try:
        output, errors = child.communicate()
    except BaseException:
        signal_group(child.pid, signal.SIGTERM)
        child.wait()
        raise
    if child.returncode == 0:
        return output
    said = last_words(errors or output)
    if child.returncode == REFUSED:
        raise StartError(said)
    if said.startswith("A Python module is missing or broken"):
        raise StartError(said.replace("script/manage", "this"))
    raise StartError(
        f"manage.py {words[0]} failed ({said}): run script/manage {words[0]} to see all of it, put it right, and start "
        f"again."
    )


def _wait_for_first_page(web: Part, allowed: str) -> None:
    host = chosen_host()
    near = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104 -- compared, not bound
    request = urllib.request.Request(f"http://{near}:{chosen_port()}/healthz", headers={"Host": own_name(allowed)})
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    said = ""
    while time.monotonic() < deadline and not web.ended():
        try:
            with straight.open(request, timeout=5):
                return
        except (urllib.error.URLError, OSError) as problem:
            said = str(problem)
        time.sleep(0.05)
    raise StartError(
        f"The web server did not answer at /healthz ({said}): its messages above say why; "
        f"put that right and start again."
    )


def own_name(allowed: str) -> str:
    """A name the pages answer to: the first of ALLOWED_HOSTS, without the star or dot that stands for others."""
    return allowed.split(",", maxsplit=1)[0].strip().lstrip("*.") or "localhost"


def _watch(running: list[Part], ready: Services) -> None:
    """Start again whatever falls over, until something falls over again and again."""
    while True:
        time.sleep(0.5)
        if ready.lease.lost():
            raise StartError(
                "The process that holds the database and the broker has ended: start script/server again; "
                "nothing stored is lost."
            )
        for part in running:
            if part.ended() and part.process:
                _revive(part, part.process, ready)


def _revive(part: Part, process: subprocess.Popen[bytes], ready: Services) -> None:
    signal_group(process.pid, signal.SIGKILL)  # children it may have left
    ready.lease.forget(process.pid)
    part.quick_deaths = part.quick_deaths + 1 if time.monotonic() - part.began < QUICK_DEATH_SECONDS else 0
    if part.quick_deaths >= MOST_QUICK_DEATHS:
        raise StartError(
            f"The {part.name} ends again and again: its messages above say why; put that right and start again."
        )
    _tell(f"The {part.name} ended unexpectedly ({process.returncode}); starting it again.")
    part.start(ready)


def stop_parts(running: list[Part], ready: Services) -> None:
    """Stop taking new work first, then finish the work at hand; what does not end in time is ended."""
    started = [part.process for part in reversed(running) if part.process]
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGQUIT, 3.0)):
        for process in started:
            if process.poll() is None:
                process.send_signal(number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(process.poll() is None for process in started):
            time.sleep(0.05)
    for process in started:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        ready.lease.forget(process.pid)


def _tell(text: str) -> None:
    """Print, unless the terminal has gone."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stdout, flush=True)
