"""What a start looks for before it believes that everything is installed."""

import json
import shutil
from pathlib import Path

import pytest
from startup import install


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The modules of a complete installation."""
    monkeypatch.setattr(install, "VENV", tmp_path / "venv")
    monkeypatch.setattr(install, "VENV_PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(install, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(install, "STAMP", tmp_path / "venv" / "stamp")
    modules = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    for folder in (tmp_path / "venv" / "bin", modules / "django", tmp_path / "vendor" / "govuk"):
        folder.mkdir(parents=True)
    install.VENV_PYTHON.touch()
    (tmp_path / "vendor" / "govuk" / "govuk-frontend.min.css").touch()
    facts = {"set": "local", "mark": install.mark("local"), "contents": install.contents()}
    install.STAMP.write_text(json.dumps(facts))
    return modules


def test_a_complete_installation_is_left_alone(site: Path) -> None:
    (site / "__pycache__").mkdir()
    (site / "of_your_own").mkdir()

    assert install.is_installed("local")


@pytest.mark.parametrize("lost", ["venv/lib/python3.11/site-packages/django", "vendor/govuk", "venv/bin"])
def test_what_was_lost_is_installed_again(site: Path, tmp_path: Path, lost: str) -> None:
    shutil.rmtree(tmp_path / lost)

    assert not install.is_installed("local")


def test_tests_need_more_than_the_product(site: Path) -> None:
    assert not install.is_installed("dev")


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"set": "local"}'])
def test_a_damaged_stamp_means_installing_again(site: Path, stamp: str) -> None:
    install.STAMP.write_text(stamp)

    assert not install.is_installed("local")
