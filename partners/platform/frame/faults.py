"""What can be wrong with the database for a while, in words: it is away, full, or busy for too long.

None of this is a mistake of the program's: it is answered 503 with the seconds to wait, and logged as one line.
"""

import logging
import time
from dataclasses import dataclass
from http import HTTPStatus

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest

RETRY_SECONDS = 5
QUIET_SECONDS = 10


@dataclass(frozen=True)
class Fault:
    """``kind`` for the log, ``cause`` a sentence for whoever runs the installation."""

    kind: str
    cause: str


AWAY = Fault("away", "The database does not answer.")
FULL = Fault("full", "The database cannot write: its disk or memory is full.")
CROWDED = Fault("crowded", "The database takes no more connections.")
READ_ONLY = Fault("read only", "The database takes no changes now: it is read only.")
TOO_LONG = Fault("too long", "The database took too long for this and was stopped.")
LOCKED = Fault("locked", "Other work holds the same records for longer than this could wait.")

# By the beginning of Postgres' own codes (PostgreSQL manual, appendix A); the longest that fits counts.
BY_CODE = {
    "08": AWAY,
    "57P": AWAY,
    "25P03": AWAY,
    "25P04": AWAY,
    "53": FULL,
    "53300": CROWDED,
    "58": FULL,
    "25006": READ_ONLY,
    "57014": TOO_LONG,
    "55P03": LOCKED,
    "40": LOCKED,
}


def fault_of(error: BaseException | None) -> Fault | None:
    """Tell which of these an error comes from, itself or by its cause; None for any other."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, DatabaseError) and (found := _by_code(error)):
            return found
        error = error.__cause__ or error.__context__
    return None


def _by_code(error: BaseException) -> Fault | None:
    code = getattr(error.__cause__, "pgcode", None) or getattr(error, "pgcode", None) or ""
    for length in (5, 3, 2):
        if len(code) >= length and (found := BY_CODE.get(code[:length])):
            return found
    # A connection that breaks has no code of the server's.
    return AWAY if not code and isinstance(error, OperationalError | InterfaceError) else None


READS = {"GET", "HEAD", "OPTIONS"}
STORED_NOTHING = "Nothing of what you sent was saved, so you can send it again."
STORED_PERHAPS = (
    "Whether what you sent was saved cannot be told from here. Look before you send it again; the same form sent twice"
    " is stored once."
)
SHOWN_NOTHING = "The page could not be shown; nothing was changed."


def what_became_of_it(request: HttpRequest) -> str:
    """Say what is known of a request that failed: a sentence for people.

    ``may_have_stored`` is set by whoever commits (``TenantMiddleware``): from then on
    an error no longer means that nothing was stored.
    """
    if request.method in READS:
        return SHOWN_NOTHING
    return STORED_PERHAPS if may_have_stored(request) else STORED_NOTHING


def may_have_stored(request: HttpRequest) -> bool:
    return bool(getattr(request, "may_have_stored", False))


class OneLineForFaults(logging.Filter):
    """Write a fault of the database as one line without a traceback, and each kind once in some seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        fault = fault_of(record.exc_info[1]) if record.exc_info else None
        is_answer = not record.exc_info and getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE
        if fault is None and not is_answer:
            return True
        kind, now = fault.kind if fault else "answered 503", time.monotonic()
        if now - self._last.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        self._last[kind] = now
        if fault is None:
            return True
        record.msg, record.args = f"{fault.cause} ({record.getMessage()})", ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
