"""Every error of the API as ``application/problem+json`` (RFC 9457), and never with the insides of the system."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest
from rest_framework import status
from rest_framework.exceptions import APIException, MethodNotAllowed, Throttled, UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from partners.errors import WHOLE, CaseloadError, ChangedMeanwhile, NotAllowed, StepNotAllowed
from partners.platform.frame.faults import READS, RETRY_SECONDS, fault_of, may_have_stored

log = logging.getLogger(__name__)

TITLES = {
    400: "The request holds mistakes",
    401: "A key is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "No consent",
    429: "Too many calls",
    500: "Something went wrong here",
    503: "Away for a moment",
}
# One body for what is absent and for what is another's: nobody learns which (API.md "Who may call").
NOT_FOUND = "There is nothing at this address."
WRONG_METHOD = "This address does not take this method: see Allow."
BROKEN = "Nothing was stored. Send the request again later."
BROKEN_READ = "The answer could not be made. Ask again later."
UNSURE = "Whether this was stored is not known. Send the same again: a repeat is safe and is stored once."


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"


class Problem(APIException):
    """An error with its status, its sentence and what else a program may want to know."""

    def __init__(
        self, status_code: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status_code, self.members, self.headers = status_code, members, headers or {}
        self.sentence = detail

    def body(self) -> dict[str, Any]:
        return problem(self.status_code, self.sentence, **self.members)


def wrong_fields(errors: list[dict[str, str]]) -> Problem:
    return Problem(status.HTTP_400_BAD_REQUEST, _counted(errors), errors=errors)


def problem(status_code: int, detail: str, **members: Any) -> dict[str, Any]:
    title = TITLES.get(status_code, "Refused")
    return {"type": "about:blank", "title": title, "status": status_code, "detail": detail, **members}


def as_problem(error: Exception, outcome: str = BROKEN) -> Problem:
    """Turn any refusal of ours, Django's or REST framework's into a problem; anything else is our own mistake.

    ``outcome`` says what is known of what was sent, after a mistake of ours.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return Problem(status.HTTP_404_NOT_FOUND, NOT_FOUND)
    if isinstance(error, PermissionDenied | NotAllowed):
        return Problem(status.HTTP_403_FORBIDDEN, "This key may not do this.")
    if isinstance(error, CaseloadError):
        return _refusal(error)
    if isinstance(error, APIException):
        return _framework(error)
    log.error("An API call failed", exc_info=error)
    return broken(error, outcome)


def broken(error: BaseException | None, outcome: str) -> Problem:
    """Say that it is our fault, or with ``Retry-After`` the database's for a while (RFC 9110, section 15.6.4)."""
    fault = fault_of(error)
    if fault is None:
        return Problem(status.HTTP_500_INTERNAL_SERVER_ERROR, outcome)
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Problem(status.HTTP_503_SERVICE_UNAVAILABLE, f"{fault.cause} {outcome}", headers=headers)


def outcome_of(request: HttpRequest) -> str:
    """Say what is known of a call that failed."""
    if request.method in READS:
        return BROKEN_READ
    return UNSURE if may_have_stored(request) else BROKEN


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """Answer an error; whatever the call had written in its own transaction is taken back."""
    shown = as_problem(error)
    if shown.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR and (asked := context.get("request")):
        shown = broken(error, outcome_of(asked._request))
    if transaction.get_connection().in_atomic_block and not _is_ours(error):
        transaction.set_rollback(True)
    response = Response(shown.body(), status=shown.status_code, headers=dict(shown.headers))
    request = context.get("request")
    if request is not None:
        request.accepted_renderer = ProblemRenderer()
        request.accepted_media_type = ProblemRenderer.media_type
    response.content_type = ProblemRenderer.media_type
    return response


def _is_ours(error: Exception) -> bool:
    return isinstance(error, APIException | CaseloadError | Http404 | PermissionDenied)


def _refusal(error: CaseloadError) -> Problem:
    members: dict[str, Any] = {"code": error.code}
    if isinstance(error, StepNotAllowed):
        members |= {"state": error.state, "allowed": list(error.allowed)}
        return Problem(status.HTTP_409_CONFLICT, error.message, **members)
    if isinstance(error, ChangedMeanwhile):
        return Problem(status.HTTP_412_PRECONDITION_FAILED, error.message, **members)
    code = {"not_allowed": 403, "different_content": 409, "consent_missing": 422}.get(error.code, 400)
    errors = _by_pointer(error)
    if code == status.HTTP_400_BAD_REQUEST and any(wrong["pointer"] for wrong in errors):
        members["errors"] = errors
    return Problem(code, error.message if len(errors) == 1 else _counted(errors), **members)


def _counted(errors: list[dict[str, str]]) -> str:
    counted = "1 field is" if len(errors) == 1 else f"{len(errors)} fields are"
    return f"{counted} wrong: see errors."


def _by_pointer(error: CaseloadError) -> list[dict[str, str]]:
    return [
        {"pointer": "" if name == WHOLE else f"/{name}", "detail": sentence}
        for name, sentences in error.fields.items()
        for sentence in sentences
    ]


def _framework(error: APIException) -> Problem:
    headers: dict[str, str] = {}
    detail = str(error.detail) if isinstance(error.detail, str) else "The request holds mistakes."
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
        detail = f"Too many calls. Wait {headers['Retry-After']} seconds."
    if isinstance(error, MethodNotAllowed):
        detail = WRONG_METHOD
    if isinstance(error, UnsupportedMediaType):
        detail = "Send the body as application/json."
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
        detail = "Send a live key as: Authorization: Bearer <key>."
    return Problem(error.status_code, detail, headers=headers)
