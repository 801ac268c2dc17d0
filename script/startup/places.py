"""Where things lie. A copy of the project keeps to its own places, so that several run side by side."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from startup.failures import StartError

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"

# A Unix socket's path may have 107 bytes; the longest name below a socket folder is `postgres/.s.PGSQL.5432.lock`.
LONGEST_SOCKET_FOLDER = 75
PLAIN_PATH = re.compile(r"[A-Za-z0-9/_.-]+")


def is_root() -> bool:
    """Whether we run as root, whom Postgres refuses to serve."""
    return os.geteuid() == 0


def digest(path: Path) -> str:
    """A short name for a folder, the same every time."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def state_folder() -> Path:
    """What must survive between two starts: data, secrets, logs.

    Root keeps it outside the checkout, because the servers then run as `nobody`, who may not enter `/root`.
    """
    if given := os.environ.get("CASELOAD_STATE_DIR"):
        return Path(given).absolute()
    return Path("/var/lib") / f"caseload-{digest(ROOT)}" if is_root() else VAR / "state"


def make_folder(path: Path, mode: int) -> Path:
    """Create a folder with these rights, or say who stands in the way."""
    reason = ""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_uid == os.geteuid():
            path.chmod(mode)
    except OSError as problem:
        reason = f" ({problem.strerror})"
    if reason or not os.access(path, os.W_OK):
        raise StartError(
            f"Cannot write to {path}{reason}: give yourself the right to write there, "
            f"or copy the project to a folder of your own and start it from there."
        )
    return path


@dataclass(frozen=True)
class Places:
    """The places of one set of servers: `main` for the running product, `test` for the tests."""

    name: str
    state: Path
    sockets: Path

    @property
    def folder(self) -> Path:
        """Data, locks and scratch files of this set."""
        return self.state / self.name

    @property
    def logs(self) -> Path:
        """What the servers and their guard wrote."""
        return self.folder / "logs"

    def made(self) -> Self:
        """The same places, now existing. Others may pass through (the servers' user must) but not look around."""
        for path in (self.state, self.folder, self.sockets, self.logs):
            make_folder(path, 0o711 if is_root() else 0o700)
            if path.stat().st_uid != os.geteuid():
                raise StartError(f"{path} belongs to another user: move it away, or start Caseload as that user.")
        return self


def places(name: str) -> Places:
    """The places of the set of servers called `name`."""
    state = state_folder()
    inside = state / name / "run"
    fits = len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(inside))
    elsewhere = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 20 else "/tmp")  # noqa: S108 -- made 0700 and checked for its owner
    sockets = inside if fits else elsewhere / f"caseload-{os.geteuid()}-{digest(state)}-{name}"
    return Places(name, state, sockets)
