"""Secrets for this machine's own use, made once and kept in the state folder."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from startup.failures import StartError

MAKERS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(50),
    "field_key": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "superuser_password": lambda: secrets.token_urlsafe(24),
    "role_secret": lambda: secrets.token_urlsafe(24),
}


def local_keys(state: Path) -> dict[str, str]:
    """Read the secrets; the first caller makes them. A lock keeps two first callers from making two sets."""
    path = state / "keys.json"
    with (state / "keys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _read(path)
        missing = {name: make() for name, make in MAKERS.items() if name not in known}
        if missing:
            known |= missing
            _write(path, known)
    return known


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        return {str(name): str(value) for name, value in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError) as problem:
        raise StartError(
            f"{path} is damaged, and without it the stored data cannot be read: put it back from a backup, "
            f"or delete {path.parent} to begin again with empty data."
        ) from problem


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file in one step, so that a crash leaves the old one or the new one."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
