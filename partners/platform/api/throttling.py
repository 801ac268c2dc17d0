"""Calls of a key in a minute, counted in the database so that every process counts alike (API.md, "Who may call").

A process knows its own calls at once and tells the database after the answer, in small lots of about one hundredth of
the limit, and so learns of the calls of the others: exact within a process, and within a lot for each other process.
No call waits for another's, as it would if each wrote the same row in its own transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from partners.models import ApiKey, ThrottleWindow
from partners.platform.tenancy.scope import in_consortium

LARGEST_LOT = 50
_MINUTE = timedelta(minutes=1)
_ADD = """
    INSERT INTO partners_throttlewindow (consortium_id, api_key_id, minute, calls) VALUES (%s, %s, %s, %s)
    ON CONFLICT (consortium_id, api_key_id, minute) DO UPDATE SET calls = partners_throttlewindow.calls + EXCLUDED.calls
    RETURNING calls
"""


class _Window:
    """What this process knows of one key's minute: calls of all processes when last told, and its own since then."""

    def __init__(self, minute: datetime) -> None:
        self.minute, self.known, self.untold = minute, 0, 0


_windows: dict[int, _Window] = {}
_lock = Lock()


class KeyThrottle(BaseThrottle):
    def __init__(self, now: Callable[[], datetime] = timezone.now) -> None:
        self.now = now

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        self.moment = self.now()
        return count_call(key, minute=self.moment.replace(second=0, microsecond=0)) <= key.calls_per_minute

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return 60 - self.moment.second


def count_call(key: ApiKey, *, minute: datetime) -> int:
    """Count one call and return how many the key has made in this minute, as far as this process knows."""
    lot = max(1, min(LARGEST_LOT, key.calls_per_minute // 100))
    with _lock:
        window = _windows.get(key.pk)
        if window is None or window.minute != minute:
            window = _windows[key.pk] = _Window(minute)
        window.untold += 1
        if window.known == 0 or window.untold >= lot:
            transaction.on_commit(partial(_tell, key, window), robust=True)
        return window.known + window.untold


def forget_windows() -> None:
    """Forget what this process knows; a test's database begins anew."""
    with _lock:
        _windows.clear()


def _tell(key: ApiKey, window: _Window) -> None:
    with _lock:
        calls, window.untold = window.untold, 0
        window.known += calls
    if not calls:
        return
    with in_consortium(int(key.consortium_id or 0)), connection.cursor() as cursor:
        # A count may be lost with the machine; it need not wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute(_ADD, [key.consortium_id, key.pk, window.minute, calls])
        (known,) = cursor.fetchone()
        if known == calls:  # the first of its minute tidies up
            ThrottleWindow.objects.filter(api_key=key, minute__lt=window.minute - 60 * _MINUTE).delete()
    with _lock:
        window.known = max(window.known, int(known))
