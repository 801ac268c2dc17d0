"""Secrets for this machine's own use, made once and kept in the state folder."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from startup.failures import StartError
from startup.locks import one_at_a_time

MAKERS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(50),
    "field_key": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "superuser_password": lambda: secrets.token_urlsafe(24),
    "role_secret": lambda: secrets.token_urlsafe(24),
}


def local_keys(state: Path) -> dict[str, str]:
    """Read the secrets; the first caller makes them, and a second one at the same time waits.

    The file is replaced in one step, so that a crash leaves the old one or the new one.
    """
    path = state / "keys.json"
    with one_at_a_time(state / "keys.lock"):
        try:
            known: dict[str, str] = dict(json.loads(path.read_text())) if path.exists() else {}
        except (ValueError, TypeError) as problem:
            raise StartError(
                f"{path} is damaged, and without it the stored data cannot be read: put it back from a backup, "
                f"or delete {state} to begin again with empty data."
            ) from problem
        if missing := {name: make() for name, make in MAKERS.items() if name not in known}:
            known |= missing
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(known, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
    return known
