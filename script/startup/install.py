"""Installs what is needed into the project folder, and does nothing when it is there."""

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from typing import Any

from startup import assets
from startup.failures import StartError, last_words
from startup.locks import one_at_a_time, try_lock
from startup.places import ROOT, VAR, VENV, VENV_PYTHON, make_folder
from startup.programs import LOG, run_quietly

UV = "uv==0.13.9"
STAMP = VENV / ".caseload-stamp.json"
VENDOR = VAR / "vendor"
PIP = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--retries", "2"]
UV_PIP = [str(VENV_PYTHON), "-m", "uv", "pip"]
NPM_CI = [
    *("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
    *("--fetch-retries=1", "--fetch-retry-mintimeout=2000"),
]

# Where systems keep the authorities they trust, a company's own among them; Node and uv bring lists of their own.
TRUSTED = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def ensure_installed(wanted: str) -> None:
    """Make `.venv` and the front-end files fit the requirement files, for the set `local` or `dev`."""
    if is_installed(wanted):
        return
    if not os.access(ROOT, os.W_OK):
        raise StartError(f"{ROOT} is read-only: copy the project to a folder you may write to and start it from there.")
    path = make_folder(VAR, 0o755) / "install.lock"
    with path.open("a") as lock:
        if not try_lock(lock):
            say("Waiting for another installation in this folder to finish …")
    with one_at_a_time(path):
        if not is_installed(wanted):
            install("dev" if read_stamp()["set"] == "dev" else wanted)  # an update takes nothing away


def is_installed(wanted: str) -> bool:
    """Whether the last complete installation still fits; `dev` has all that is in `local`."""
    stamp = read_stamp()
    return (
        stamp["set"] in {wanted, "dev"} and stamp["mark"] == mark(stamp["set"]) and VENV_PYTHON.exists() and is_whole()
    )


def read_stamp() -> dict[str, Any]:
    """What the last installation said of itself."""
    nothing = {"set": "", "mark": "", "contents": ["nothing"]}
    try:
        return nothing | dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError, TypeError):
        return nothing


def is_whole() -> bool:
    """Whether what the last installation left is all there: an installer takes a package's own word that it is."""
    return set(read_stamp()["contents"]) <= set(contents())


def contents() -> list[str]:
    """The modules and front-end files that lie there: a start looks for each of them again, without opening any."""
    modules = [path.name for path in VENV.glob("lib/python3*/site-packages/*") if path.name != "__pycache__"]
    return sorted([*modules, *(str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*"))])


def mark(chosen: str) -> str:
    """A digest of everything an installation depends on."""
    files = [ROOT / f"requirements-{chosen}.txt", ROOT / "package-lock.json"]
    said = [UV, assets.VERSION, str(ROOT), *(path.read_text() for path in files)]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def install(wanted: str) -> None:
    """Do all of it, and write down what is there then."""
    say("Installing what Caseload needs into this folder (only the first time, and after an update) …")
    anew = not is_whole()
    STAMP.unlink(missing_ok=True)
    LOG.unlink(missing_ok=True)
    make_venv()
    install_python_packages(wanted, anew=anew)
    install_front_end()
    STAMP.write_text(json.dumps({"set": wanted, "mark": mark(wanted), "contents": contents()}))


def make_venv() -> None:
    """A virtual environment with uv in it. A broken one, from a crash or a moved folder, is made anew."""
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if all(works(str(VENV_PYTHON), *words) for words in (("-c", new_enough), ("-m", "uv", "--version"))):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise StartError(
            f"This Python has no {missing[0]} module: install it (on Debian or Ubuntu: apt install python3-venv) "
            f"and run this again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    python = getattr(sys, "_base_executable", sys.executable) or sys.executable
    run_or_refuse([python, "-m", "venv", str(VENV)], "The virtual environment could not be made")
    run_or_refuse([*PIP, UV], "The installer uv could not be downloaded")


def works(*command: str) -> bool:
    """Whether a program runs and is content."""
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def install_python_packages(wanted: str, *, anew: bool) -> None:
    """Bring `.venv` to exactly the pinned and hashed set. pip takes over where uv cannot reach what pip can.

    `anew` writes what seems to be there a second time: half of it may have been lost.
    """
    locked = str(ROOT / f"requirements-{wanted}.txt")
    sync = [*UV_PIP, "sync", "--python", str(VENV_PYTHON), "--require-hashes", locked]
    if not run_quietly([*sync, *(["--reinstall"] if anew else [])], uv_environment()):
        by_pip = [*PIP, *(["--force-reinstall"] if anew else []), "--require-hashes", "-r", locked]
        run_or_refuse(by_pip, "The Python packages could not be downloaded")


def uv_environment() -> dict[str, str]:
    """Add what pip is told: uv reads no pip configuration, and a machine that has one means it."""
    environment = install_environment()
    if any(name in environment for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX")):
        return environment
    listed = subprocess.run([*PIP[:3], "config", "list"], capture_output=True, text=True, check=False).stdout
    lines = (line.partition("=") for line in listed.splitlines())
    told = {name.rpartition(".")[2]: value.strip("'\"") for name, _, value in lines}
    for setting, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        if value := told.get(setting):
            environment.setdefault(variable, value)
    if "NODE_EXTRA_CA_CERTS" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["NODE_EXTRA_CA_CERTS"])
    return environment


def install_front_end() -> None:
    """Download the pinned front-end packages and copy the parts we serve.

    Without npm, one comes from the Python registry.
    """
    has_npm = shutil.which("npm") and shutil.which("node")
    if not (has_npm and run_quietly(NPM_CI, install_environment())):
        locked = ["--require-hashes", "-r", str(ROOT / "requirements-node.txt")]
        if not run_quietly([*UV_PIP, "install", "--python", str(VENV_PYTHON), *locked], uv_environment()):
            raise StartError(
                f"There is no working npm here and none could be downloaded: install Node 18 or newer, "
                f"or check the way to the package registry, and run this again (details in {LOG})."
            )
        run_or_refuse(NPM_CI, "The front-end packages could not be downloaded")
    assets.copy_assets(ROOT / "node_modules", VENDOR)


def install_environment() -> dict[str, str]:
    """Ours, with the programs of `.venv` as the last resort, the machine's own authorities, and some home."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([environment.get("PATH", os.defpath), str(VENV / "bin")])
    if trusted := next((path for path in TRUSTED if os.access(path, os.R_OK)), None):
        environment.setdefault("NODE_EXTRA_CA_CERTS", trusted)
    if not os.access(environment.get("HOME", "/nonexistent"), os.W_OK):
        environment |= {"HOME": str(make_folder(VAR / "home", 0o700))}
    return environment


def run_or_refuse(command: list[str], failure: str) -> None:
    """Run an installer, or say what it said last."""
    if not run_quietly(command, install_environment()):
        raise StartError(
            f"{failure} ({last_words(LOG.read_text(errors='replace'))}): check the disk and the way to the package "
            f"registry, and run this again; details are in {LOG}."
        )


def say(text: str) -> None:
    """Progress goes to standard error, so that `script/env` can print for the shell."""
    print(text, file=sys.stderr, flush=True)
