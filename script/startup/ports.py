"""The port the pages are served on."""

import errno
import os
import socket

from startup.failures import StartError


def chosen_port() -> int:
    """PORT, or 8000."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise StartError(f"PORT is {given!r}, which is no port: choose a number such as PORT=8001.")
    return int(given)


def chosen_host() -> str:
    """HOST, or this machine only: the demonstration's passwords are known to everybody."""
    return os.environ.get("HOST") or "127.0.0.1"


def require_free_port() -> None:
    """Say early that the port is taken, before anything is installed or started."""
    _bound().close()


def open_port() -> int:
    """Open the port for the web processes, which inherit it by the number returned; it stays open until we end."""
    listening = _bound()
    listening.listen(1024)
    listening.setblocking(False)
    return listening.detach()


def _bound() -> socket.socket:
    host, port = chosen_host(), chosen_port()
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        return _bind(opened, host, port)
    except BaseException:
        opened.close()
        raise


def _bind(opened: socket.socket, host: str, port: int) -> socket.socket:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except PermissionError as problem:
        raise StartError(
            f"Port {port} needs more rights than you have: choose one above 1023, such as PORT=8001 script/server."
        ) from problem
    except OSError as problem:
        if isinstance(problem, socket.gaierror) or problem.errno == errno.EADDRNOTAVAIL:
            raise StartError(
                f"HOST is {host!r}, which is no address of this machine: unset it, or set it to one of them."
            ) from problem
        raise StartError(
            f"Port {port} on {host} cannot be used ({problem.strerror}): stop the program that has it, "
            f"or choose another port, such as PORT={port + 1 if port < 65535 else 8001} script/server."
        ) from problem
    return opened
