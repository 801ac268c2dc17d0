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


def open_port() -> socket.socket:
    """Open the port, for the web processes to inherit, or say what stands in the way."""
    host, port = chosen_host(), chosen_port()
    is_ipv6 = ":" in host
    family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
    try:
        both = is_ipv6 and socket.has_dualstack_ipv6()  # HOST=:: is every address
        return socket.create_server((host, port), family=family, backlog=1024, dualstack_ipv6=both)
    except PermissionError as problem:
        raise StartError(
            f"Port {port} needs more rights than you have: choose one above 1023, such as PORT=8001 script/server."
        ) from problem
    except OSError as problem:
        if problem.errno == errno.EADDRNOTAVAIL or (problem.errno or 0) < 0:  # a name nobody knows has a negative one
            raise StartError(
                f"HOST is {host!r}, which is no address of this machine: unset it, or set it to one of them."
            ) from problem
        raise StartError(
            f"Port {port} on {host} cannot be used ({os.strerror(problem.errno or 0)}): stop the program that has it, "
            f"or choose another port, such as PORT={port + 1 if port < 65535 else 8001} script/server."
        ) from problem
