from pathlib import Path
from typing import Any

import pytest

from config import env
from partners.platform.documents.scanner import ScannerAway, has_scanner, scan
from tests.partners.documents.clamav import VIRUS, scanner_at_work


def test_a_clean_file_and_a_virus_are_told_apart(settings: Any) -> None:
    with scanner_at_work() as (address, seen):
        settings.CLAMAV_ADDRESS = address

        assert scan([b"harmless", b"x" * 600_000]) == ""
        assert scan([VIRUS[:10], VIRUS[10:]]) == "Eicar-Test"

    assert seen == [b"harmless" + b"x" * 600_000, VIRUS]


@pytest.mark.parametrize("says", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: no idea\0", b"\0"])
def test_an_answer_that_says_neither_counts_as_none(settings: Any, says: bytes) -> None:
    with scanner_at_work(says=says) as (settings.CLAMAV_ADDRESS, _), pytest.raises(ScannerAway):
        scan([b"x"])


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl"])
def test_a_scanner_that_is_not_there_is_away(settings: Any, address: str) -> None:
    settings.CLAMAV_ADDRESS = address

    with pytest.raises(ScannerAway):
        scan([b"x"])


def test_a_scanner_behind_a_socket_is_reached(settings: Any, tmp_path: Path) -> None:
    with scanner_at_work(path=str(tmp_path / "s")) as (settings.CLAMAV_ADDRESS, seen):
        assert has_scanner()
        assert scan([VIRUS]) == "Eicar-Test"

    assert seen == [VIRUS]


@pytest.mark.parametrize(("value", "is_right"), [("", True), ("clamav:3310", True), ("/run/c.ctl", True), ("x", False)])
def test_a_wrong_address_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str, is_right: bool) -> None:
    monkeypatch.setenv("CLAMAV_ADDRESS", value)
    if is_right:
        assert env.address("CLAMAV_ADDRESS") == value
    else:
        with pytest.raises(SystemExit):
            env.address("CLAMAV_ADDRESS")
