"""The scheduler goes by time that passes, whatever the machine's clock says."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from config.scheduling import SteadyScheduler


class Clock:
    """Time that passes, and the wall clock that anybody may set."""

    def __init__(self) -> None:
        self.passed, self.ahead = 1000.0, 1_800_000_000.0

    def monotonic(self) -> float:
        return self.passed

    def time(self) -> float:
        return self.passed + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    monkeypatch.setattr(time, "time", clock.time)
    return clock


def started(sign_of_life: Path, sent: list[str]) -> SteadyScheduler:
    app = Celery("tests", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "often": {"task": "often", "schedule": 10.0},
        "hourly": {"task": "hourly", "schedule": timedelta(hours=1)},
    }
    scheduler = SteadyScheduler(app, schedule_filename=str(sign_of_life))
    scheduler.apply_entry = lambda entry, **_: sent.append(entry.name)  # type: ignore[method-assign]
    return scheduler


def run(scheduler: SteadyScheduler, clock: Clock, seconds: float) -> None:
    until = clock.passed + seconds
    while True:
        wait = scheduler.tick()
        if clock.passed + wait > until:
            clock.passed = until
            return
        clock.passed += wait


def test_a_clock_set_back_silences_nothing_and_is_said(clock: Clock, tmp_path: Path, caplog: Any) -> None:
    sent: list[str] = []
    scheduler = started(tmp_path / "sign", sent)
    run(scheduler, clock, 60)
    first = list(sent)

    clock.ahead -= 2 * 3600
    sent.clear()
    run(scheduler, clock, 3660)

    assert sorted(set(first)) == ["hourly", "often"]
    assert sent.count("hourly") == 1
    assert sent.count("often") in range(360, 368)
    assert "set back by 7200 seconds" in caplog.text


def test_everything_runs_once_after_a_start_whatever_was_there(clock: Clock, tmp_path: Path) -> None:
    sent: list[str] = []
    (tmp_path / "sign").write_bytes(b"what another version kept")

    run(started(tmp_path / "sign", sent), clock, 1)

    assert sorted(sent) == ["hourly", "often"]


def test_it_shows_that_it_lives(clock: Clock, tmp_path: Path) -> None:
    started(tmp_path / "sign", []).sync()

    assert (tmp_path / "sign").exists()
