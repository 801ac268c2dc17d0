"""Folders and zips that are no packages, or would not be safe to unpack, are refused with a sentence."""

import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from partners.models import Consortium, ExchangeBatch, Organisation
from partners.platform.exchange.package import PackageRefused, opened
from tests.exchange.packages import ROWS, load, write

TABLE = ROWS["organisations"]


def make_zip(path: Path, files: dict[str, str | bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> str:
    """Return the one sentence with which a package is refused."""
    outcome, findings = load(path)
    assert (outcome.loaded, len(findings)) == (False, 1)
    assert ExchangeBatch.objects.count() == 0
    return findings[0].reason


@pytest.mark.parametrize("folder", ["", "march/"])
def test_files_at_the_top_or_in_one_folder_are_read(scope: Consortium, tmp_path: Path, folder: str) -> None:
    path = make_zip(tmp_path / "p.zip", {f"{folder}organisations.csv": TABLE, f"{folder}datapackage.json": "{}"})

    assert load(path)[0].loaded


@pytest.mark.parametrize(
    "name", ["../organisations.csv", "/organisations.csv", "a/../../organisations.csv", "C:\\organisations.csv"]
)
def test_a_path_outside_the_zip_is_refused(scope: Consortium, tmp_path: Path, name: str) -> None:
    assert "path outside itself" in refused(make_zip(tmp_path / "p.zip", {name: TABLE}))


def test_a_zip_bomb_is_refused(scope: Consortium, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "p.zip", {"organisations.csv": b"a" * 5_000_000})

    assert refused(path) == "The zip would unpack to more than 100 times its size."


def test_a_zip_larger_than_this_place_bears_is_refused(scope: Consortium, tmp_path: Path, settings: Any) -> None:
    settings.EXCHANGE_MOST_BYTES = 10

    assert "would unpack to more than" in refused(make_zip(tmp_path / "p.zip", {"organisations.csv": TABLE}))


def test_a_link_in_a_zip_is_refused(scope: Consortium, tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("organisations.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")

    assert "is a link" in refused(tmp_path / "p.zip")


def test_an_encrypted_zip_is_refused(scope: Consortium, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "p.zip", {"organisations.csv": TABLE})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)

    assert refused(path) == "The zip is encrypted. Send it without a password."


def test_a_damaged_zip_is_refused(scope: Consortium, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "p.zip", {"organisations.csv": TABLE * 50})
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(content)

    assert "damaged" in refused(path)


def test_the_same_file_twice_in_a_zip_is_refused(scope: Consortium, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("organisations.csv", TABLE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("organisations.csv", TABLE)

    assert refused(tmp_path / "p.zip") == "The zip holds organisations.csv twice."


def test_what_is_no_package_is_refused(scope: Consortium, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    (tmp_path / "nothing").mkdir()
    make_zip(tmp_path / "empty.zip", {})
    write(tmp_path / "only", {"datapackage.json": "{}"})

    assert refused(tmp_path / "text.zip") == "This is neither a folder nor a zip file."
    assert "There is no file or folder" in refused(tmp_path / "missing.zip")
    assert refused(tmp_path / "nothing") == "The package is empty: it holds no file."
    assert refused(tmp_path / "empty.zip") == "The package is empty: it holds no file."
    assert refused(tmp_path / "only") == "The package holds no table."


def test_a_link_in_a_folder_is_refused(scope: Consortium, tmp_path: Path) -> None:
    write(tmp_path / "p", {"staff": ROWS["staff"]})
    (tmp_path / "p" / "organisations.csv").symlink_to("/etc/passwd")

    assert "is a link" in refused(tmp_path / "p")


def test_a_pipe_in_a_folder_is_refused(scope: Consortium, tmp_path: Path) -> None:
    write(tmp_path / "p", {"organisations": TABLE})
    os.mkfifo(tmp_path / "p" / "staff.csv")

    assert refused(tmp_path / "p") == "staff.csv is not an ordinary file."


def test_files_that_an_archiver_adds_are_refused_by_name(scope: Consortium, tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "p.zip", {"organisations.csv": TABLE, "__MACOSX/._organisations.csv": "x", ".DS_Store": "x"}
    )

    outcome, findings = load(path)

    assert [f.file for f in findings] == [".DS_Store", "__MACOSX/._organisations.csv"]
    assert (outcome.loaded, Organisation.objects.count()) == (False, 0)


def deny(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_what_may_not_be_read_is_not_called_empty_or_no_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    if kind == "zip":
        path = make_zip(tmp_path / "p.zip", {"organisations.csv": TABLE})
    monkeypatch.setattr(os, "scandir", deny)
    monkeypatch.setattr(Path, "open", deny)

    with pytest.raises(PackageRefused, match="This cannot be read: Permission denied"), opened(path):
        pass
