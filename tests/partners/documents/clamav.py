"""A scanner that speaks ClamAV's protocol and finds the test virus and nothing else."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def scanner_at_work(*, says: bytes = b"", path: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a scanner, and what it was sent; with a ``path`` it listens on a socket there."""
    seen: list[bytes] = []
    with socket.socket(socket.AF_UNIX if path else socket.AF_INET) as listening:
        listening.bind(path or ("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, seen, says), daemon=True)
        thread.start()
        yield path or f"127.0.0.1:{listening.getsockname()[1]}", seen
        with socket.socket(listening.family) as last:
            last.connect(listening.getsockname())  # wakes it, to end
        thread.join(5)


def _serve(listening: socket.socket, seen: list[bytes], says: bytes) -> None:
    while True:
        line, _ = listening.accept()
        with line, line.makefile("rb") as words:
            if words.read(10) != b"zINSTREAM\0":
                return
            content = b""
            while size := struct.unpack(">I", words.read(4))[0]:
                content += words.read(size)
            seen.append(content)
            line.sendall(says or (b"stream: Eicar-Test FOUND\0" if VIRUS in content else b"stream: OK\0"))
