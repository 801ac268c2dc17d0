import socket

import pytest
from startup.failures import StartError
from startup.ports import chosen_port, open_port


def test_a_taken_port_is_a_sentence_that_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(StartError, match=f"Port {port} .* stop the program that has it, or choose another"):
            open_port()


@pytest.mark.parametrize("given", ["eight thousand", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PORT", given)

    with pytest.raises(StartError, match="no port"):
        chosen_port()


@pytest.mark.parametrize("given", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("HOST", given)

    with pytest.raises(StartError, match=f"HOST is '{given}', which is no address of this machine"):
        open_port()
