"""Files lie encrypted, whole or not at all, and nobody can change, cut or exchange them unnoticed."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from partners.platform.documents import storage
from partners.platform.tenancy.ids import uuid7

SIZES = [0, 1, storage.PIECE - 1, storage.PIECE, storage.PIECE + 1, 3 * storage.PIECE, 200_000]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DOCUMENTS_ROOT = tmp_path
    return tmp_path


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read_again_and_lies_encrypted(size: int) -> None:
    content, uid = os.urandom(size // 2 + 1)[: size // 2] + b"A" * (size - size // 2), uuid7()

    written = storage.write(7, uid, [content[:1000], content[1000:]])

    assert written[0] == size
    assert b"".join(storage.read(7, uid)) == content
    assert b"AAAAAAAA" not in storage.path_of(7, uid).read_bytes()


def test_one_content_lies_differently_each_time() -> None:
    one, other = uuid7(), uuid7()
    for uid in (one, other):
        storage.write(7, uid, [b"the same"])

    assert storage.path_of(7, one).read_bytes()[7:] != storage.path_of(7, other).read_bytes()[7:]


@pytest.mark.parametrize("harm", ["changed", "cut", "cut at a piece", "moved", "lengthened", "exchanged", "gone"])
def test_a_file_that_is_not_as_written_is_not_given_out(harm: str) -> None:
    uid, other = uuid7(), uuid7()
    for each in (uid, other):
        storage.write(7, each, [os.urandom(3 * storage.PIECE)])
    path, sealed = storage.path_of(7, uid), storage.path_of(7, uid).read_bytes()
    head, piece = len(storage.MAGIC) + storage.SALT, storage.PIECE + storage.TAG
    pieces = [sealed[head + n * piece : head + (n + 1) * piece] for n in range(3)]
    path.write_bytes(
        {
            "changed": sealed[:5000] + bytes([sealed[5000] ^ 1]) + sealed[5001:],
            "cut": sealed[:-10],
            "cut at a piece": sealed[:head] + pieces[0] + pieces[1],
            "moved": sealed[:head] + pieces[1] + pieces[0] + pieces[2],
            "lengthened": sealed + b"x",
            "exchanged": storage.path_of(7, other).read_bytes(),
            "gone": b"",
        }[harm]
    )

    with pytest.raises(storage.FileBroken):
        list(storage.read(7, uid))


def test_an_upload_that_breaks_off_leaves_nothing(folder: Path) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        storage.write(7, uuid7(), breaks_off())

    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_only_the_owner_of_the_process_reads_a_file() -> None:
    uid = uuid7()
    storage.write(7, uid, [b"x"])

    assert storage.path_of(7, uid).stat().st_mode & 0o077 == 0


def test_what_was_never_finished_is_swept_and_what_is_new_stays() -> None:
    old, new, unfinished = uuid7(), uuid7(), uuid7()
    for uid in (old, new):
        storage.write(7, uid, [b"x"])
    left = storage.path_of(7, unfinished).with_suffix(storage.UNFINISHED)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half")
    before = time.time() - 2 * storage.ORPHANED_AFTER
    for path in (storage.path_of(7, old), left):
        os.utime(path, (before, before))

    assert set(storage.old_files(7)) == {old}
    assert not left.exists()
