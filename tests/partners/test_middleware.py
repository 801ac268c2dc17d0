"""The address that the audit trail and the sign-in throttle go by."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from partners.platform.frame.middleware import CallerAddressMiddleware

PROXY = "172.18.0.5"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("", PROXY),
        ("<script>", PROXY),
    ],
)
def test_the_proxys_word_names_the_caller(forwarded: str, address: str) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    CallerAddressMiddleware(view)(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=PROXY))

    assert seen == [address]
