import socket

import pytest
from startup.broker import require_address, why_silent
from startup.failures import StartError


@pytest.mark.parametrize(
    "address",
    ["redis://:secret@broker.example:6379/0", "rediss://broker.example/1", "redis+socket:///run/r?virtual_host=0"],
)
def test_the_address_of_a_broker_is_taken(address: str) -> None:
    assert require_address(address) == address


@pytest.mark.parametrize(
    "address", ["nonsense", "http://broker.example/", "redis://", "redis://broker.example:port/0", "redis+socket://"]
)
def test_what_is_no_address_of_a_broker_is_refused(address: str) -> None:
    with pytest.raises(StartError, match="REDIS_URL must look like redis://"):
        require_address(address)


def test_a_broker_that_is_away_is_told_and_stops_nothing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        said = why_silent(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")

    assert said.startswith("The broker in REDIS_URL does not answer (")
    assert "secret" not in why_silent("redis+socket:///nowhere/at/all?virtual_host=0&password=secret")
