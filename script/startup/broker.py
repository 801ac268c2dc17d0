"""A broker of the user's own: whether its address is one, and whether it answers."""

from urllib.parse import urlsplit

import redis

from startup.failures import StartError

PATIENCE_SECONDS = 3


def require_address(url: str) -> str:
    """Give the address back, or say what one looks like."""
    try:
        parts = urlsplit(url)
        by_socket = parts.scheme == "redis+socket" and parts.path.startswith("/")
        by_network = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        by_socket = by_network = False
    if not (by_socket or by_network):
        raise StartError(
            "REDIS_URL must look like redis://:password@host:6379/0 or redis+socket:///path?virtual_host=0: "
            "correct it or unset it."
        )
    return url


def why_silent(url: str) -> str:
    """Return what to tell of a broker that does not answer; nothing when it does. Pages work without one."""
    address = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    try:
        with redis.Redis.from_url(address, **patience) as client:
            client.ping()
    except (redis.RedisError, ValueError) as problem:
        return (
            f"The broker in REDIS_URL does not answer ({problem}): every page works, and background work waits until "
            f"it does. Check REDIS_URL and that the server runs."
        )
    return ""
