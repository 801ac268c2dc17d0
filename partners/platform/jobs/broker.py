"""Is the broker there? Pages say what waits when it is not; nothing else depends on it."""

import logging
import socket
import ssl
import time
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

log = logging.getLogger(__name__)
REDIS_PORT = 6379
REMEMBERED_SECONDS = 5.0
_last: tuple[float, bool] | None = None


def broker_is_there(*, right_now: bool = False) -> bool:
    """Ask the broker for at most one second, and at most every few seconds.

    With ``right_now`` it is not enough that it was there a moment ago: its client would wait for one that hangs.
    """
    global _last  # noqa: PLW0603  one remembered answer for each process
    now = time.monotonic()
    if _last is None or now - _last[0] > REMEMBERED_SECONDS or (right_now and _last[1]):
        _last = (now, _ask())
    return _last[1]


def broker_went_away() -> None:
    """Remember for some seconds that it did not answer, so that nobody else waits for it meanwhile."""
    global _last  # noqa: PLW0603  as above
    _last = (time.monotonic(), False)


def _ask() -> bool:
    """Knock and wait for any word. The broker's own client would try again and again, for seconds, with a page open."""
    if settings.CELERY_BROKER_URL in {"", "memory://"}:
        return bool(settings.CELERY_BROKER_URL)
    try:
        with _connected(urlsplit(settings.CELERY_BROKER_URL)) as line:
            line.sendall(b"PING\r\n")
            return bool(line.recv(1))
    except OSError as error:
        log.warning("The broker is away (%s)", type(error).__name__)
        return False


def _connected(url: SplitResult) -> socket.socket:
    if url.scheme.endswith("+socket"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(1)
        try:
            line.connect(unquote(url.path))
        except OSError:
            line.close()
            raise
        return line
    host = url.hostname or "localhost"
    line = socket.create_connection((host, url.port or REDIS_PORT), timeout=1)
    return ssl.create_default_context().wrap_socket(line, server_hostname=host) if url.scheme == "rediss" else line
