"""Bodies that come in chunks, without a Content-Length, as programs that write while they send do.

Django takes such a body for an empty one, because a server need not end it; ours does (``wsgi.input_terminated``).
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from partners.api.parsers import MOST_BYTES

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def reading_chunks(application: Application) -> Application:
    """Tell the application how long a partner's chunked body is; of one that is too long, no more than that."""

    def with_length(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _comes_in_chunks(environ):
            body = environ["wsgi.input"].read(MOST_BYTES + 1)
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
        return application(environ, start_response)

    return with_length


def _comes_in_chunks(environ: Environ) -> bool:
    return (
        bool(environ.get("wsgi.input_terminated"))
        and not environ.get("CONTENT_LENGTH")
        and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        and environ.get("PATH_INFO", "").startswith("/api/")
    )
