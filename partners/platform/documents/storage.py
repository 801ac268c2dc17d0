"""Where files lie: outside the web root, encrypted, each under the uid of its row and nothing else.

A file is written under another name, brought to the disk and then given its own, before its row is stored: killed at
any moment there is either a whole file or none, and one that has no row is swept away (:func:`sweep`).

Each file has a key of its own, derived from the installation's key and a random salt. It is sealed piece by piece with
AES-GCM; the number of the piece and whether it is the last stand in the nonce, so that none can be left out, moved or
cut off, and the uid in what is sealed along, so that no file passes as another.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAGIC = b"CLDOC1\n"
SALT = 16
PIECE = 64 * 1024
TAG = 16
UNFINISHED = ".part"
ORPHANED_AFTER = 24 * 60 * 60  # seconds; no upload takes as long


class FileBroken(Exception):
    """A file is not there, or not as it was written."""


def folder_of(consortium_id: int) -> Path:
    return Path(settings.DOCUMENTS_ROOT) / str(consortium_id)


def path_of(consortium_id: int, uid: UUID) -> Path:
    """Return where a file lies; the last letters of a uid are random and spread the files over folders."""
    return folder_of(consortium_id) / uid.hex[-2:] / uid.hex


def write(consortium_id: int, uid: UUID, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write a file for good and return its size and SHA-256."""
    path = path_of(consortium_id, uid)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(UNFINISHED)
    size, digest = 0, sha256()
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            salt = secrets.token_bytes(SALT)
            file.write(MAGIC + salt)
            cipher = _cipher(salt, uid)
            for number, piece, is_last in _numbered(chunks):
                size += len(piece)
                digest.update(piece)
                file.write(cipher.encrypt(_nonce(number, is_last=is_last), piece, uid.bytes))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _sync_folder(path.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def read(consortium_id: int, uid: UUID) -> Iterator[bytes]:
    """Yield a file piece by piece; raise :class:`FileBroken` when it is not what was written."""
    try:
        with path_of(consortium_id, uid).open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise FileBroken
            cipher = _cipher(file.read(SALT), uid)
            number, sealed = 0, file.read(PIECE + TAG)
            while True:
                following = file.read(PIECE + TAG)
                yield cipher.decrypt(_nonce(number, is_last=not following), sealed, uid.bytes)
                if not following:
                    return
                number, sealed = number + 1, following
    except (OSError, InvalidTag) as broken:
        raise FileBroken from broken


def delete(consortium_id: int, uid: UUID) -> None:
    path_of(consortium_id, uid).unlink(missing_ok=True)


def old_files(consortium_id: int, *, now: float | None = None) -> dict[UUID, Path]:
    """Return the files that are older than any upload takes; what was never finished is deleted on the way."""
    before = (time.time() if now is None else now) - ORPHANED_AFTER
    found = {}
    for path in folder_of(consortium_id).glob("??/*"):
        if path.stat().st_mtime > before:
            continue
        if path.suffix == UNFINISHED:
            path.unlink(missing_ok=True)
        else:
            found[UUID(path.name)] = path
    return found


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Cut into pieces of one size, and tell which is the last; of an empty file the one piece is empty."""
    number, kept = 0, b""
    for chunk in chunks:
        kept += chunk
        while len(kept) > PIECE:
            yield number, kept[:PIECE], False
            number, kept = number + 1, kept[PIECE:]
    yield number, kept, True


def _cipher(salt: bytes, uid: UUID) -> AESGCM:
    made = HKDF(SHA256(), length=32, salt=salt, info=b"caseload document" + uid.bytes)
    return AESGCM(made.derive(settings.FIELD_KEY))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
