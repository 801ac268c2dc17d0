"""The web server: waitress, whose threads get a request when all of it has come, so that slow callers hold none.

Run as ``python -m config.serving``: it keeps processes on one listening socket, starts again what falls over, and none
of them needs another to go on. With ``--socket`` it is one such process, on a socket that its parent opened
(script/server does so itself).

What waitress leaves open is closed here: how much may be sent without signing in, how long it may take, and that a
process whose threads are all at work leaves new callers to another.
"""

import argparse
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

MIB = 1024 * 1024
API = "/api/"
MOST_ANONYMOUS = MIB  # forms of the sign-in, and one that was typed before a sign-in ended
MOST_BY_API = MIB  # API.md "Referrals"
MOST_SIGNED_IN = 6 * MIB  # a little over Django's own limit, which answers in the page
# A little over what each page takes: an exchange package, and the documents of one upload.
UPLOADS = {"/exchange/import/": 201 * MIB, "/documents/add/": 101 * MIB}
MOST_CONNECTIONS = 1000
HEADER_SECONDS = 20
BODY_SECONDS = 30
SLOWEST_BYTES = 20_000  # a second, of a body that is larger than comes in BODY_SECONDS
IDLE_SECONDS = 60
LINGER_SECONDS = 3
STOP_SECONDS = 8
QUICK_DEATH_SECONDS = 5
REFUSED = 3  # config.env.REFUSED: the settings are wrong, and a next start would end the same way
PAGES = Path(__file__).resolve().parent.parent / "deploy" / "pages"

log = logging.getLogger("config.serving")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class InOurWords(Error):  # type: ignore[misc]
    """A refusal before any page: as a page for people, as problem details under /api/."""

    def __init__(self, code: int, reason: str, page: str, path: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.page, self.path = code, reason, page, path

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        is_api = self.path.startswith(API)
        body = (PAGES / f"{self.page}.{'json' if is_api else 'html'}").read_bytes()
        if is_api:
            body = json.dumps(json.loads(body) | {"status": self.code}).encode()
        kind = "application/problem+json" if is_api else "text/html; charset=utf-8"
        headers = [("Content-Type", kind), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        return f"{self.code} {self.reason}", headers, body


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what is too large once its headers are there, before the body is read."""

    error: Any
    adj: Any

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error is not None and not isinstance(self.error, InOurWords):
            self.error = self._in_our_words(self.error.code)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        most = self._most()
        self.adj = Limited(self.adj, most + 1)

    def _most(self) -> int:
        if self.path.startswith(API):
            return MOST_BY_API
        if "sessionid=" not in self.headers.get("COOKIE", ""):
            return MOST_ANONYMOUS
        most = next((most for path, most in UPLOADS.items() if self.path.startswith(path)), MOST_SIGNED_IN)
        large = self.chunked or self.content_length > MOST_ANONYMOUS
        if most == MOST_SIGNED_IN or not large or is_signed_in(self.headers["COOKIE"]):
            return most
        return MOST_ANONYMOUS

    def _in_our_words(self, code: int) -> InOurWords:
        path = getattr(self, "path", "") or ""
        if code == 413:
            return InOurWords(413, "Content Too Large", "too-large", path)
        if code == 431:
            return InOurWords(431, "Request Header Fields Too Large", "too-long", path)
        return InOurWords(code, "Bad Request", "not-read", path)


class Limited:
    """waitress' settings with another limit for one request."""

    def __init__(self, settings: Any, most: int) -> None:
        self._settings, self.max_request_body_size = settings, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


def is_signed_in(cookie: str) -> bool:
    """Tell whether a cookie names somebody's session. With the database away nobody is refused for it."""
    from http.cookies import SimpleCookie  # noqa: PLC0415  only for large uploads

    from django.contrib.auth import SESSION_KEY  # noqa: PLC0415  needs the settings
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415  as above
    from django.db import DatabaseError, connection  # noqa: PLC0415  as above

    try:
        found = SimpleCookie(cookie).get("sessionid")
        return found is not None and SESSION_KEY in SessionStore(found.value).load()
    except DatabaseError:
        return True
    finally:
        connection.close()


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection. Its times are of the clock that nobody can set."""

    parser_class = Parser
    close_when_flushed: bool
    _seen: float
    began: float | None = None  # when the request began that is not here whole
    lingers_until: float | None = None

    @property
    def last_activity(self) -> float:
        return self._seen

    @last_activity.setter
    def last_activity(self, _moment: float) -> None:
        self._seen = time.monotonic()

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began = time.monotonic()
        done: bool = super().received(data)
        if self.request is None:
            self.began = None
        return done

    def is_overdue(self, now: float) -> bool:
        request = self.request
        if self.lingers_until is not None:
            return now > self.lingers_until
        if request is None or self.began is None:
            return not self.requests and now - self.last_activity > IDLE_SECONDS
        if not request.headers_finished:
            return now - self.began > HEADER_SECONDS
        size = max(request.content_length, request.body_bytes_received)
        return bool(now - self.began > BODY_SECONDS + size / SLOWEST_BYTES)

    def readable(self) -> bool:
        return self.lingers_until is not None or bool(super().readable())

    def writable(self) -> bool:
        return self.lingers_until is None and bool(super().writable())

    def handle_read(self) -> None:
        if self.lingers_until is None:
            super().handle_read()
            return
        try:
            rest = self.recv(self.adj.recv_bytes)
        except OSError:
            rest = b""
        if not rest or time.monotonic() > self.lingers_until:
            super().handle_close()

    def handle_write(self) -> None:
        """After a refusal take in a little of what still comes: closed at once, the answer would be lost on its way."""
        if self.refused and self.close_when_flushed and not self.requests:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and self.connected:
                self.close_when_flushed = False
                self.lingers_until = time.monotonic() + LINGER_SECONDS
                with contextlib.suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
            return
        super().handle_write()

    refused = False

    def service(self) -> None:
        if self.requests and self.requests[0].error:
            self.refused = True
        try:
            super().service()
        finally:
            self.server.task_ended()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One process' server on a socket that others may listen on, too."""

    channel_class = Channel
    accepting: bool
    stopping = False
    at_work = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.counting = threading.Lock()
        super().__init__(*args, **kwargs)

    def readable(self) -> bool:
        """Take a new caller in only with a thread to spare: another process may have one."""
        return bool(self.accepting and self.at_work < self.adj.threads and len(self._map) < MOST_CONNECTIONS)

    def add_task(self, task: Channel) -> None:
        with self.counting:
            self.at_work += 1
        super().add_task(task)

    def task_ended(self) -> None:
        with self.counting:
            self.at_work -= 1
        self.pull_trigger()

    def stop(self, *_: object) -> None:
        self.stopping = True
        self.pull_trigger()

    def run(self) -> None:
        """Serve until told to stop; then finish what is at work."""
        looked, deadline = time.monotonic(), float("inf")
        while True:
            wasyncore.loop(1, True, self._map, 1)
            now = time.monotonic()
            if now - looked > 1:
                looked = now
                self.close_overdue(now)
            if self.stopping and self.accepting:
                self.accepting, deadline = False, now + STOP_SECONDS
            if self.stopping and (now > deadline or not self.is_busy()):
                return

    def close_overdue(self, now: float) -> None:
        for channel in [*self.active_channels.values()]:
            if channel.is_overdue(now):
                channel.lingers_until = None
                channel.will_close = True

    def is_busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self.active_channels.values())


def serve_on(listening: socket.socket, application: Application, *, threads: int) -> None:
    """Serve in this process until SIGTERM or SIGINT."""
    settings = Adjustments(
        sockets=[listening],
        ident=None,
        threads=threads,
        clear_untrusted_proxy_headers=False,  # the settings say which of them hold
        max_request_header_size=64 * 1024,
        channel_request_lookahead=0,
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    address = (listening.family, listening.type, listening.proto, listening.getsockname())
    server = Server(
        application, {}, True, listening, dispatcher=dispatcher, adj=settings, sockinfo=address, bind_socket=False
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    server.run()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that all processes share."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((host, port))
    opened.listen(1024)
    opened.setblocking(False)
    return opened


class Keeper:
    """Keeps so many processes alive on one socket, each started anew where one falls over."""

    def __init__(self, listening: socket.socket, *, processes: int, rest: list[str]) -> None:
        self.listening = listening
        self.command = [sys.executable, "-m", "config.serving", "--socket", str(listening.fileno()), *rest]
        self.began: dict[subprocess.Popen[bytes], float] = {}
        self.wanted = processes
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while self.began or not self.stopping:
            for child, began in [*self.began.items()]:
                if child.poll() is None:
                    continue
                del self.began[child]
                if child.returncode == REFUSED:
                    self.stop()
                    return REFUSED
                if not self.stopping:
                    log.warning("A web process ended unexpectedly (%s); starting it again.", child.returncode)
                    time.sleep(1 if time.monotonic() - began < QUICK_DEATH_SECONDS else 0)
            while not self.stopping and len(self.began) < self.wanted:
                child = subprocess.Popen(self.command, pass_fds=[self.listening.fileno()])  # noqa: S603
                self.began[child] = time.monotonic()
            time.sleep(0.1)
        return 0

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True
        for child in self.began:
            child.terminate()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT")
    options.add_argument("--socket", type=int, metavar="DESCRIPTOR", help="serve here, on a socket that is open")
    options.add_argument("--application", default="config.wsgi:application")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--threads", type=int, default=4)
    asked = options.parse_args()
    if asked.socket is None:
        host, _, port = asked.bind.rpartition(":")
        rest = ["--application", asked.application, "--threads", str(asked.threads)]
        return Keeper(listen(host.strip("[]"), int(port)), processes=asked.processes, rest=rest).run()
    module, _, name = asked.application.partition(":")
    application = getattr(import_module(module), name)
    serve_on(socket.socket(fileno=asked.socket), application, threads=asked.threads)
    # A thread that hangs must not keep the process: what it would still answer nobody waits for.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
