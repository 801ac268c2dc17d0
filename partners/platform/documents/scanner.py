"""A virus scanner that speaks ClamAV's protocol, where one is named by ``CLAMAV_ADDRESS``.

The address is ``host:port``, or the path of a socket. The scanner gets the file in pieces (``INSTREAM``) and answers in
one line.
"""

import socket
import struct
from collections.abc import Iterable

from django.conf import settings

SECONDS = 20
PIECE = 256 * 1024
MOST_ANSWERED = 4096


class ScannerAway(Exception):
    """The scanner does not answer, or answers that it could not look."""


def has_scanner() -> bool:
    return bool(settings.CLAMAV_ADDRESS)


def scan(chunks: Iterable[bytes]) -> str:
    """Return the name of what was found in a file, or an empty text for a clean one."""
    try:
        with _line() as line:
            line.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                for at in range(0, len(chunk), PIECE):
                    piece = chunk[at : at + PIECE]
                    line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as away:
        raise ScannerAway(str(away)) from away
    said = answer.removeprefix("stream:").strip()
    if said.endswith("FOUND"):
        return said.removesuffix("FOUND").strip() or "something"
    if said == "OK":
        return ""
    raise ScannerAway(said or "no answer")


def _line() -> socket.socket:
    address = settings.CLAMAV_ADDRESS
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < MOST_ANSWERED:
        more = line.recv(MOST_ANSWERED)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode(errors="replace").strip()
