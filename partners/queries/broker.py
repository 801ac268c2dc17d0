"""Is the broker there? Pages say what waits when it is not; nothing else depends on it."""

import logging
import time

from django.conf import settings
from kombu import Connection

log = logging.getLogger(__name__)
REMEMBERED_SECONDS = 5.0
_last: tuple[float, bool] | None = None


def broker_is_there() -> bool:
    """Ask the broker, at most every few seconds and for at most one second."""
    global _last  # noqa: PLW0603  one remembered answer for each process
    now = time.monotonic()
    if _last is None or now - _last[0] > REMEMBERED_SECONDS:
        _last = (now, _ask())
    return _last[1]


def _ask() -> bool:
    if settings.CELERY_BROKER_URL in {"", "memory://"}:
        return bool(settings.CELERY_BROKER_URL)
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=1)
    except Exception as error:  # noqa: BLE001  whatever its client raises, the broker is not there
        log.warning("The broker is away (%s)", type(error).__name__)
        return False
    return True
