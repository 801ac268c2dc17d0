"""The web server holds no thread for a slow caller, and refuses what nobody signed in may send before it is read."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import serving

ROOT = Path(__file__).resolve().parent.parent.parent
APPLICATION = """
import os
import time


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["PATH_INFO"] == "/slow/":
        time.sleep(1.5)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['PATH_INFO']} {len(body)} {environ['SERVER_PROTOCOL']} {os.getpid()}".encode()]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("serving")
    (folder / "tiny.py").write_text(APPLICATION)
    with serving.listen("127.0.0.1", 0) as listening:
        command = [sys.executable, "-m", "config.serving", "--application", "tiny:application", "--threads", "4"]
        process = subprocess.Popen(  # noqa: S603
            [*command, "--socket", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(folder)},
        )
        yield listening.getsockname()[1]
        process.terminate()
        assert process.wait(15) == 0


def ask(port: int, path: str = "/", body: bytes | None = None, **headers: str) -> tuple[int, str, bytes]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()


@contextlib.contextmanager
def saying(port: int, words: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(words)
        yield line


def test_idle_sockets_and_slow_posts_keep_nobody_waiting(port: int) -> None:
    assert ask(port)[0] == 200  # it has started
    slow = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nlogin=a"
    half = b"GET / HTTP/1.1\r\nHost: loc"
    with contextlib.ExitStack() as held:
        for words in [b""] * 40 + [slow] * 24 + [half] * 24:
            held.enter_context(saying(port, words))
        began = time.monotonic()
        answers = [ask(port)[0] for _ in range(5)]
        took = time.monotonic() - began

    assert answers == [200] * 5
    assert took < 1


@pytest.mark.parametrize(
    ("path", "headers", "size"),
    [
        ("/account/login/", {}, 300_000_000),
        ("/exchange/import/", {}, 300_000_000),
        ("/account/login/", {}, serving.MOST_ANONYMOUS + 1),
        ("/employers/", {"Cookie": "sessionid=x"}, serving.MOST_SIGNED_IN + 1),
        ("/api/v1/referrals/", {"Authorization": "Bearer x"}, serving.MOST_BY_API + 1),
    ],
)
def test_too_much_is_refused_before_it_is_sent(port: int, path: str, headers: dict[str, str], size: int) -> None:
    said = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
    said += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    began = time.monotonic()
    with saying(port, f"{said}\r\n".encode() + b"x" * 1000) as line:
        answer = line.makefile("rb").read()

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"no-store" in head
    assert (b"application/problem+json" in head) == path.startswith("/api/")
    assert body
    assert time.monotonic() - began < 2


def test_a_caller_who_sends_on_reads_the_refusal_all_the_same(port: int) -> None:
    assert ask(port, "/account/login/", b"x" * 3_000_000)[0] == 413


def test_chunks_are_read_whole_and_not_without_end(port: int) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        chunks, told = iter([b"x" * 500] * 4), {"Transfer-Encoding": "chunked"}
        connection.request("POST", "/api/v1/referrals/", chunks, told, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read().startswith(b"/api/v1/referrals/ 2000 HTTP/1.1")

    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"POST /api/v1/referrals/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            line.sendall(b"186A0\r\n" + b"x" * 100_000 + b"\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_what_is_no_request_is_told_so(port: int) -> None:
    with saying(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n") as line:
        answer = line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"generated by" not in answer


def test_what_is_at_work_is_finished_before_the_end(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(APPLICATION)
    with serving.listen("127.0.0.1", 0) as listening:
        command = [sys.executable, "-m", "config.serving", "--application", "tiny:application"]
        process = subprocess.Popen(  # noqa: S603
            [*command, "--socket", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
        )
        port = listening.getsockname()[1]
        assert ask(port)[0] == 200
        with saying(port, b"GET /slow/ HTTP/1.1\r\nHost: localhost\r\n\r\n") as line:
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            answer = line.recv(65536)
        status = process.wait(15)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert status == 0


def answering(port: int) -> set[bytes]:
    """The processes that answer some calls at once."""
    seen = set()
    for _ in range(20):
        with contextlib.suppress(OSError):
            seen.add(ask(port, "/process/")[2].split()[-1])
    return seen


def processes_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_one_process_killed_is_nobodys_loss(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "config.serving", "--application", "tiny:application", "--processes", "2"]
    keeper = subprocess.Popen(  # noqa: S603
        [*command, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)}
    )
    try:
        until = time.monotonic() + 60
        while len(answering(port)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        children = processes_of(keeper.pid)
        os.kill(int(children[0]), signal.SIGKILL)
        began = time.monotonic()
        answers = [ask(port)[0] for _ in range(10)]
        took = time.monotonic() - began
        while (children[0] in (after := processes_of(keeper.pid)) or len(after) < 2) and time.monotonic() < began + 60:
            time.sleep(0.1)
    finally:
        keeper.terminate()
        keeper.wait(15)

    assert answers == [200] * 10
    assert took < 1
    assert len(children) == len(after) == 2
