"""Web, worker and scheduler under one supervisor, in the foreground of a terminal.

A small one of our own; config/decisions/0013-own-start.md says why.
"""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Never

from startup.broker import why_silent
from startup.environ import Services, for_web, manage_py, services
from startup.failures import StartError, last_words
from startup.in_use import ensure_guard
from startup.locks import try_lock
from startup.places import ROOT, Places, places
from startup.ports import chosen_host, chosen_port, open_port
from startup.programs import dying_with_parent

FIRST_PAGE_SECONDS = 60
STOP_SECONDS = 10
QUICK_DEATH_SECONDS = 10
MOST_QUICK_DEATHS = 5
REFUSED = 3  # how a process ends whose settings are wrong, after a sentence that names the one


@dataclass
class Part:
    """One of the processes a running Caseload consists of."""

    name: str
    command: list[str]
    environment: dict[str, str]
    inherits: tuple[int, ...] = ()
    began: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches it through us, in order."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env=self.environment,
            pass_fds=self.inherits,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- the supervisor has one thread
        )

    def kill_rest(self) -> None:  # children it may have left behind
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def revive(self) -> None:
        """Start it again, unless it fell over again and again."""
        self.kill_rest()
        self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.began < QUICK_DEATH_SECONDS else 0
        if self.quick_deaths >= MOST_QUICK_DEATHS:
            raise StartError(
                f"The {self.name} ends again and again: its messages above say why; put that right and start again."
            )
        tell(f"The {self.name} ended unexpectedly ({self.process.returncode}); starting it again.")
        self.start()


def parts(where: Places, environment: dict[str, str], listening: int) -> list[Part]:
    """What runs, in the order of starting. Two web processes share a socket; neither needs the other, or a master."""
    quiet = for_web(environment) | {"PYTHONWARNINGS": "ignore:You're running the worker"}  # celery, about root
    celery, calm = ["celery", "--quiet", "--app", "config"], ["--loglevel", "WARNING"]
    web = [sys.executable, "-m", "config.serving", "--socket", str(listening)]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", *calm]
    beat = [*celery, "beat", "--schedule", str(where.folder / "beat-schedule"), "--pidfile", "", *calm]
    return [
        Part("web", web, quiet, (listening,)),
        Part("second web", web, quiet, (listening,)),
        Part("worker", worker, quiet),
        Part("scheduler", beat, quiet),
    ]


def serve() -> int:
    """Start everything, print the address and the sign-ins, and stay until told to end."""
    where = places("main").made()
    running: list[Part] = []
    try:
        with only_server(where), services("main") as ready:
            try:
                start(where, ready, running)
                watch(where, ready, running)
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the stopping
                stop(running)
    except (KeyboardInterrupt, SystemExit) as asked:
        tell("Caseload has stopped.")
        if isinstance(asked, SystemExit):
            raise
    return 0


@contextlib.contextmanager
def only_server(where: Places) -> Iterator[None]:
    """One server per copy: two schedulers would do everything twice. The lock falls with its process."""
    with (where.folder / "server.lock").open("a+") as lock:
        if not try_lock(lock):
            lock.seek(0)
            raise StartError(
                f"This copy of Caseload is already running at {lock.read().strip() or 'another port'}: use that one, "
                f"or stop it with Ctrl-C in its terminal or with script/stop before starting it again."
            )
        lock.truncate(0)
        lock.write(f"{address()} (process {os.getpid()})")
        lock.flush()
        yield


def stop_server(where: Places) -> None:
    """End the server of this copy if there is one, and wait for it."""
    with (where.folder / "server.lock").open("a+") as lock:
        lock.seek(0)
        found = re.search(r"process (\d+)", lock.read())
        deadline = time.monotonic() + 60
        while not try_lock(lock) and time.monotonic() < deadline:
            if found:
                os.kill(int(found[1]), signal.SIGTERM)
                found = None
            time.sleep(0.1)


def shown_host() -> str:
    everywhere = {"127.0.0.1", "0.0.0.0", "::1", "::"}  # noqa: S104 -- compared, not bound
    return "localhost" if chosen_host() in everywhere else chosen_host()


def address() -> str:
    host = f"[{shown_host()}]" if ":" in shown_host() else shown_host()
    return f"http://{host}:{chosen_port()}/"


def start(where: Places, ready: Services, running: list[Part]) -> None:
    """Bring the database up to date, then start the parts, the page first: the others would take its processors."""
    if "valkey" not in ready.embedded and (silent := why_silent(ready.environment["REDIS_URL"])):
        tell(silent)
    tell("Preparing the database and the demonstration …")
    sign_ins = run_management(ready.environment, "load_demonstration", "--then-sign-ins")
    listening = open_port()
    listening.setblocking(False)
    for part in parts(where, ready.environment, listening.detach()):
        part.start()
        running.append(part)
        if len(running) == 1:
            wait_for_first_page(part, ready.environment["ALLOWED_HOSTS"])
    tell(f"\n{sign_ins.rstrip()}\n\nCaseload is running at {address()}\nCtrl-C stops it.")


def run_management(environment: dict[str, str], *words: str) -> str:
    """Run a management command and give back what it printed; a failure is told in its own last words."""
    done = subprocess.run(
        manage_py(*words),
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGTERM),
    )
    if done.returncode == 0:
        return done.stdout
    said = last_words(done.stderr or done.stdout)
    if done.returncode == REFUSED:
        raise StartError(said)
    raise StartError(
        f"manage.py {words[0]} failed ({said}): run script/manage {words[0]} to see all of it, put it right, and start "
        f"again."
    )


def wait_for_first_page(web: Part, allowed: str) -> None:
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    said = "it has ended"
    while time.monotonic() < deadline and web.process.poll() is None:
        with contextlib.closing(http.client.HTTPConnection(shown_host(), chosen_port(), timeout=5)) as line:
            try:
                line.request("GET", "/healthz", headers={"Host": own_name(allowed)})
                answer = line.getresponse()
            except (OSError, http.client.HTTPException) as problem:
                said = str(problem)
            else:
                if answer.status == 200:
                    return
                said = f"{answer.status} {answer.reason}"
        time.sleep(0.05)
    raise StartError(
        f"The web server did not answer at /healthz ({said}): its messages above say why; "
        f"put that right and start again."
    )


def own_name(allowed: str) -> str:
    """A name the pages answer to: the first of ALLOWED_HOSTS, without the star or dot that stands for others."""
    return allowed.split(",", maxsplit=1)[0].strip().lstrip("*.") or "localhost"


def watch(where: Places, ready: Services, running: list[Part]) -> Never:
    """Start again whatever falls over, until something falls over again and again."""
    while True:
        time.sleep(0.5)
        if ready.embedded:
            ensure_guard(where)
        for part in running:
            if part.process.poll() is not None:
                part.revive()


def stop(running: list[Part]) -> None:
    """Stop taking new work first, then finish the work at hand; what does not end in time is ended."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGQUIT, 3.0)):
        left = [part.process for part in reversed(running) if part.process.poll() is None]
        for process in left:
            process.send_signal(number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(process.poll() is None for process in left):
            time.sleep(0.05)
    for part in running:
        part.kill_rest()
        part.process.wait()


def tell(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may have gone
        print(text, flush=True)
