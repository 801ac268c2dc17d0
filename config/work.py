"""How long work may keep the database busy, by its kind; what takes longer is stopped and answered in words.

An idle transaction is ended because all others wait for what it holds, and readers by time for what it has written.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds; 0 is no limit. They are Postgres' ``statement_timeout`` and its like (manual, section 19.11)."""

    statement: int
    lock: int
    idle: int

    def as_options(self) -> str:
        """Write them as libpq's ``options``, which hold from the connection's first statement."""
        named = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={seconds}s" for name, seconds in named.items())


LIMITS = {
    "web": Limits(statement=20, lock=5, idle=30),  # a page, a call of the API, a file that is sent while it is read
    "worker": Limits(statement=45 * 60, lock=60, idle=15 * 60),  # below Celery's own limit of a task
    "scheduler": Limits(statement=20, lock=5, idle=30),
    "command": Limits(statement=0, lock=5 * 60, idle=60 * 60),  # an operator sits before it
    "migration": Limits(statement=0, lock=60, idle=0),  # who waits for a lock lets everybody wait behind it
    "tests": Limits(statement=0, lock=0, idle=0),
}


def kind_of(arguments: list[str], given: str) -> str:
    """Tell the kind of work from the command line; web and management commands say it themselves."""
    if given in LIMITS:
        return given
    is_celery = bool(arguments) and arguments[0].rpartition("/")[2] == "celery"
    if is_celery and "worker" in arguments:
        return "worker"
    return "scheduler" if is_celery and "beat" in arguments else "command"
