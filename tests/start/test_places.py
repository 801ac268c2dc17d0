import os
from pathlib import Path

import pytest
from startup import places as module
from startup.failures import StartError
from startup.places import LONGEST_SOCKET_FOLDER, make_folder, places


def test_a_short_plain_path_keeps_its_sockets_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_STATE_DIR", "/srv/caseload")

    assert places("main").sockets == Path("/srv/caseload/main/run")


@pytest.mark.parametrize("folder", ["/srv/my caseload", "/srv/" + "deep/" * 30])
def test_an_awkward_path_gets_sockets_elsewhere(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setenv("CASELOAD_STATE_DIR", folder)

    sockets = places("main").sockets

    assert not sockets.is_relative_to(folder)
    assert len(os.fsencode(sockets)) <= LONGEST_SOCKET_FOLDER


def test_two_copies_share_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_STATE_DIR", "/srv/one copy")
    one = places("main")
    monkeypatch.setenv("CASELOAD_STATE_DIR", "/srv/another copy")
    another = places("main")

    assert one.sockets != another.sockets
    assert one.folder != another.folder


def test_root_keeps_its_state_outside_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASELOAD_STATE_DIR", raising=False)
    monkeypatch.setattr(module, "is_root", lambda: True)

    assert module.state_folder().parent == Path("/var/lib")


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StartError, match=r"Cannot write to .* copy the project"):
        make_folder(tmp_path / "file" / "folder", 0o700)
