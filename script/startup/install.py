"""Installs what is needed into the project folder, and does nothing when it is there."""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

from startup import assets
from startup.children import dying_with_parent
from startup.failures import StartError, last_words
from startup.places import ROOT, VAR, VENV, VENV_PYTHON, make_folder

UV = "uv==0.13.9"
STAMP = VENV / ".caseload-stamp.json"
VENDOR = VAR / "vendor"
LOG = VAR / "install.log"

NPM_CI = [
    *("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
    *("--fetch-retries=1", "--fetch-retry-mintimeout=2000"),
]

# Where systems keep the authorities they trust, a company's own among them; Node and uv bring lists of their own.
TRUSTED = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")

# What is in the larger set is also enough for the smaller.
SETS = {"local": ["local", "dev"], "dev": ["dev"]}


def ensure_installed(wanted: str) -> None:
    """Make `.venv` and the front-end files fit the requirement files, for the set `local` or `dev`."""
    if is_installed(wanted):
        return
    if not os.access(ROOT, os.W_OK):
        raise StartError(f"{ROOT} is read-only: copy the project to a folder you may write to and start it from there.")
    make_folder(VAR, 0o755)
    with alone():
        if not is_installed(wanted):
            _install("dev" if _was_installed() == "dev" else wanted)


def is_installed(wanted: str) -> bool:
    """Whether the last complete installation still fits."""
    try:
        stamp = json.loads(STAMP.read_text())
        return (
            stamp["set"] in SETS[wanted]
            and stamp["mark"] == mark(stamp["set"])
            and VENV_PYTHON.exists()
            and set(stamp["contents"]) <= set(contents())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def contents() -> list[str]:
    """The modules and front-end files that lie there: a start looks for each of them again, without opening any."""
    modules = [path.name for path in VENV.glob("lib/python3*/site-packages/*") if path.name != "__pycache__"]
    return sorted([*modules, *(str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*"))])


def _was_installed() -> str | None:
    """The set of the last installation, so that an update takes nothing away."""
    try:
        chosen: str = json.loads(STAMP.read_text())["set"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return chosen


def mark(chosen: str) -> str:
    """A digest of everything an installation depends on."""
    files = [ROOT / f"requirements-{chosen}.txt", ROOT / "package-lock.json"]
    said = [UV, assets.VERSION, str(ROOT), *(path.read_text() for path in files)]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One installation at a time; the lock falls with its process, so a crash leaves none behind."""
    try:
        lock = (VAR / "install.lock").open("w")
    except OSError as problem:
        raise StartError(
            f"Cannot write to {VAR}: it belongs to another user; take the folder over or start Caseload as that user."
        ) from problem
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another installation in this folder to finish …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(wanted: str) -> None:
    say("Installing what Caseload needs into this folder (only the first time, and after an update) …")
    anew = not _is_whole()
    STAMP.unlink(missing_ok=True)
    LOG.unlink(missing_ok=True)
    make_venv()
    install_python_packages(wanted, anew=anew)
    install_front_end()
    STAMP.write_text(json.dumps({"set": wanted, "mark": mark(wanted), "contents": contents()}))


def _is_whole() -> bool:
    """Whether what the last installation left is all there: an installer takes a package's own word that it is."""
    try:
        return set(json.loads(STAMP.read_text())["contents"]) <= set(contents())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def make_venv() -> None:
    """A virtual environment with uv in it. A broken one, from a crash or a moved folder, is made anew."""
    if _works([str(VENV_PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]) and _works(
        [str(VENV_PYTHON), "-m", "uv", "--version"]
    ):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise StartError(
            f"This Python has no {missing[0]} module: install it (on Debian or Ubuntu: apt install python3-venv) "
            f"and run this again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    python = getattr(sys, "_base_executable", sys.executable) or sys.executable
    _run([python, "-m", "venv", str(VENV)], "The virtual environment could not be made")
    _run(
        [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--retries", "2", UV],
        "The installer uv could not be downloaded",
    )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_python_packages(wanted: str, *, anew: bool) -> None:
    """Bring `.venv` to exactly the pinned and hashed set. pip takes over where uv cannot reach what pip can.

    `anew` writes what seems to be there a second time: half of it may have been lost.
    """
    locked = ["--require-hashes", str(ROOT / f"requirements-{wanted}.txt")]
    sync = [str(VENV_PYTHON), "-m", "uv", "pip", "sync", "--python", str(VENV_PYTHON), *locked]
    if _attempt([*sync, *(["--reinstall"] if anew else [])], uv_environment()):
        return
    fallback = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--retries", "2", locked[0], "-r", locked[1]]
    fallback += ["--force-reinstall"] if anew else []
    _run(fallback, "The Python packages could not be downloaded")


def uv_environment() -> dict[str, str]:
    """Add what pip is told: uv reads no pip configuration, and a machine that has one means it."""
    environment = install_environment()
    if any(name in environment for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX")):
        return environment
    found = _pip_settings()
    for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        if value := found.get(setting):
            environment.setdefault(variable, value)
    if "NODE_EXTRA_CA_CERTS" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["NODE_EXTRA_CA_CERTS"])
    return environment


def _pip_settings() -> dict[str, str]:
    listed = subprocess.run(
        [str(VENV_PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    settings = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = value.strip("'\"")
    return settings


def install_front_end() -> None:
    """Download the pinned front-end packages and copy the parts we serve.

    Without npm, one comes from the Python registry.
    """
    if not (_has_npm() and _attempt(NPM_CI, install_environment())):
        node = str(ROOT / "requirements-node.txt")
        packages = [
            str(VENV_PYTHON),
            "-m",
            "uv",
            "pip",
            "install",
            "--python",
            str(VENV_PYTHON),
            "--require-hashes",
            "-r",
            node,
        ]
        if not _attempt(packages, uv_environment()):
            raise StartError(
                f"There is no working npm here and none could be downloaded: install Node 18 or newer, "
                f"or check the way to the package registry, and run this again (details in {LOG})."
            )
        _run(NPM_CI, "The front-end packages could not be downloaded")
    assets.copy_assets(ROOT / "node_modules", VENDOR)


def _has_npm() -> bool:
    path = os.environ.get("PATH")
    return bool(shutil.which("npm", path=path) and shutil.which("node", path=path))


def install_environment() -> dict[str, str]:
    """Ours, with the programs of `.venv` as the last resort, the machine's own authorities, and some home."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([environment.get("PATH", os.defpath), str(VENV / "bin")])
    if trusted := next((path for path in TRUSTED if os.access(path, os.R_OK)), None):
        environment.setdefault("NODE_EXTRA_CA_CERTS", trusted)
    if not os.access(environment.get("HOME", "/nonexistent"), os.W_OK):
        environment |= {"HOME": str(make_folder(VAR / "home", 0o700))}
    return environment


def _attempt(command: list[str], environment: dict[str, str]) -> bool:
    """Run an installer quietly; what it says goes to the log."""
    with LOG.open("a") as log:
        print("$", *command, file=log, flush=True)
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=environment,
                check=False,
                preexec_fn=dying_with_parent(signal.SIGTERM),
            )
        except OSError as problem:
            print(problem, file=log)
            return False
    return done.returncode == 0


def _run(command: list[str], failure: str) -> None:
    if not _attempt(command, install_environment()):
        said = last_words(LOG.read_text(errors="replace"))
        raise StartError(
            f"{failure} ({said}): check the disk and the way to the package registry, and run this again; "
            f"details are in {LOG}."
        )


def say(text: str) -> None:
    """Progress goes to standard error, so that `script/env` can print for the shell."""
    print(text, file=sys.stderr, flush=True)
