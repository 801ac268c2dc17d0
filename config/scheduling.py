"""A scheduler that goes by a clock nobody can set.

Celery's own keeps in a file when each task last ran. After the machine's clock was set back those moments lie ahead,
and nothing runs until they have come again. Here everything runs once after a start, then by time that only passes.
"""

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

log = logging.getLogger(__name__)
STEP_SECONDS = 30


class SteadyEntry(ScheduleEntry):
    """A task every so often; ``last_run_at`` is on the steady clock, and no moment of the world's."""

    schedule: Any
    last_run_at: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("last_run_at") is None:
            self.last_run_at -= self.every

    @property
    def every(self) -> timedelta:
        every: timedelta = self.schedule.run_every
        return every

    def default_now(self) -> datetime:
        return datetime.fromtimestamp(time.monotonic(), UTC)

    def is_due(self) -> tuple[bool, float]:
        left: float = (self.last_run_at + self.every - self.default_now()).total_seconds()
        return (True, self.every.total_seconds()) if left <= 0 else (False, left)


class SteadyScheduler(Scheduler):
    """Keeps nothing between starts; touches the file it is given, by which a health check sees that it lives."""

    Entry = SteadyEntry

    def __init__(self, *args: Any, schedule_filename: str = "", **kwargs: Any) -> None:
        self.sign_of_life = Path(schedule_filename) if schedule_filename else None
        self.offset = time.time() - time.monotonic()
        super().__init__(*args, **kwargs)

    def install_default_entries(self, data: Any) -> None:
        """Add none: no results are kept that would have to be cleared."""

    def adjust(self, n: float, drift: float = 0) -> float:
        """Come when an entry is due, not a moment before: it would be asked again and again until then."""
        return n + drift

    def tick(self, *args: Any, **kwargs: Any) -> float:
        offset = time.time() - time.monotonic()
        if abs(offset - self.offset) > STEP_SECONDS:
            log.warning(
                "The clock of this machine was set %s by %.0f seconds. The schedule goes on by time that passes.",
                "back" if offset < self.offset else "forward",
                abs(offset - self.offset),
            )
        self.offset = offset
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def sync(self) -> None:
        if self.sign_of_life:
            self.sign_of_life.touch()
