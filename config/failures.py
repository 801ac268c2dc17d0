"""What went wrong before or outside any view: a page for people, problem details for partners' systems."""

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from partners.platform.api.absent import problem_answer
from partners.platform.api.problems import broken, outcome_of
from partners.platform.frame.faults import fault_of
from partners.services.sign_ins import note_throttled
from partners.views import failures

API = "/api/"
LONGEST_ADDRESS = 4000
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what broke, with what is known of what was sent; 503 while the database is away, full or held."""
    error = sys.exc_info()[1]
    if not request.path.startswith(API):
        return failures.server_error(request, fault_of(error))
    shown = broken(error, outcome_of(request))
    answer = problem_answer(shown.status_code, shown.sentence)
    for name, value in shown.headers.items():
        answer[name] = value
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a host or address that Django does not take, or a form larger than any of ours."""
    if isinstance(exception, TOO_LARGE):
        return problem_answer(413, "Send less at once.") if request.path.startswith(API) else _page(request, 413)
    if request.path.startswith(API):
        return problem_answer(400, "The address or a header is not as expected.")
    return _page(request, 400)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer allauth's throttle, and write down who is kept waiting at which page."""
    note_throttled(request)
    return _page(request, 429)


class LongAddressMiddleware:
    """Answer an address longer than any of ours in our own words, before anything reads it.

    The web server lets twice as much through (``limit-request-line``) and would answer with a bare page of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) <= LONGEST_ADDRESS:
            return self.get_response(request)
        if request.path.startswith(API):
            return problem_answer(414, f"Send an address of {LONGEST_ADDRESS:,} characters or fewer.")
        return _page(request, 414)


class WrongMethodMiddleware:
    """Give people who open the address of a form's button a page; Django answers 405 with an empty one.

    A sign-in that ended on such a button leads back to it, and so does an address kept from the browser's history.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content or request.path.startswith(API):
            return response
        page = _page(request, HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response.get("Allow", "")
        return page


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{int(status)}.html", {"request": request}, request), status=status)
