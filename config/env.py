"""Typed environment variables. A wrong one stops the start with one sentence that names it."""

import base64
import os
import sys
from pathlib import Path
from typing import Never
from urllib.parse import parse_qs, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent


# The keeper of the web processes ends with one that ends with this status; after any other it starts the next one.
REFUSED = 3


def stop(message: str) -> Never:
    """End the process with one sentence on standard error."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(REFUSED)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        stop(f"Set the environment variable {name}; the README lists what it must hold.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    stop(f"{name} must be true or false, not {value!r}.")


def integer(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        stop(f"{name} must be a whole number, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def address(name: str) -> str:
    """Read ``host:port`` or the path of a socket; empty where there is none."""
    value = os.environ.get(name, "").strip()
    host, _, port = value.rpartition(":")
    if not value or value.startswith("/") or (host and port.isdecimal()):
        return value
    stop(f"{name} must be host:port or the path of a socket, not {value!r}.")


def key32(name: str, default: str | None = None) -> bytes:
    """Read 32 random bytes in base64, as made by ``openssl rand -base64 32``."""
    value = text(name, default)
    try:
        key = base64.b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        stop(f"{name} must be 32 bytes in base64; make one with: openssl rand -base64 32")
    return key


def database(name: str) -> dict[str, object]:
    """Read a ``postgres://user:password@host:port/name`` URL; the host may be a socket folder, as ``?host=/folder``."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        stop(f"{name} must begin with postgres://, not {url.scheme}://.")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    # urlsplit lowers the case of a host; a socket folder written into it must keep its own.
    host_part = url.netloc.rpartition("@")[2]
    host = query.pop("host", None) or unquote(host_part.rpartition(":")[0] if url.port else host_part)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": query.pop("port", None) or (str(url.port) if url.port else ""),
        "OPTIONS": query,
    }
