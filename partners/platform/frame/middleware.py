"""Request ids, and the context that the audit triggers write beside every change."""

import ipaddress
import uuid
from collections.abc import Callable
from contextlib import suppress

import pghistory
from django.http import HttpRequest, HttpResponse

from partners.platform.frame.logs import without_keys

DEVICES = "accelerometer camera display-capture geolocation gyroscope microphone payment usb"
NO_DEVICES = ", ".join(f"{name}=()" for name in DEVICES.split())
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give each request an id, answered as ``X-Request-Id``, that the audit trail and the log name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class CallerAddressMiddleware:
    """Behind the proxy, name the caller's address, not the proxy's: for the audit trail and the sign-in throttle.

    The last address is the one our proxy wrote down itself; what stands before it is what the caller claims.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
        return self.get_response(request)


class AuditContextMiddleware:
    """Tell the history triggers who is at work, in which request and why."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} and not getattr(request, "api_key", None):
            return self.get_response(request)
        staff = getattr(request, "staff", None)
        api_key = getattr(request, "api_key", None)
        with pghistory.context(
            staff=staff.pk if staff else None,
            api_key=api_key.pk if api_key else None,
            request=request.request_id,  # type: ignore[attr-defined]
            url=without_keys(request.path),
        ):
            return self.get_response(request)


class PrivateMiddleware:
    """Let no cache keep what has no word on it: pages, answers of the API and refusals alike hold people's records.

    What may be kept, such as a picture of the product, says so itself. No page uses the devices of a reader.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        return response
