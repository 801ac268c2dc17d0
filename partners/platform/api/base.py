"""What every view for partners' systems has in common."""

from typing import Any

from django.http import QueryDict
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partners.enums import Scope
from partners.models import ApiKey
from partners.platform.api.bodies import Body, Reading, escape, read
from partners.platform.api.pagination import wrong_parameters
from partners.platform.api.parsers import refuse_length
from partners.platform.api.problems import Problem, wrong_fields
from partners.platform.api.throttling import KeyThrottle

LONGEST_KEY = 128


class JSONAlways(DefaultContentNegotiation):
    """Answer in JSON whatever a caller would rather have: there is nothing else."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PartnerView(APIView):
    """``scopes`` names what a key needs for each method, ``parameters`` what the query of a GET may hold."""

    throttle_classes = [KeyThrottle]
    content_negotiation_class = JSONAlways
    metadata_class = None
    scopes: dict[str, Scope] = {}
    parameters: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_length(request.META.get("CONTENT_LENGTH"))
        refuse_parameters(request.query_params, self.parameters if request.method in {"GET", "HEAD"} else ())

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """Name the methods of this address in ``Allow``; whether there is a record at it is not told."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    def key(self) -> ApiKey:
        key = self.request.auth
        assert isinstance(key, ApiKey)  # noqa: S101  HasScope let nobody else in
        return key


def refuse_parameters(sent: QueryDict, known: tuple[str, ...]) -> None:
    """Refuse a misspelt parameter, which would filter nothing, and one said twice, of which one would be lost."""
    names = ", ".join(known)
    takes = f"Unknown parameter. Known are: {names}." if known else "Unknown parameter. This call takes none."
    wrong = {escape(name): takes for name in sent if name not in known}
    wrong |= {name: "Send this parameter once." for name in known if len(sent.getlist(name)) > 1}
    if wrong:
        raise wrong_parameters(wrong)


def read_body(request: Request, model: type[Body], *, optional: bool = False) -> Body:
    """Return the request's body read by a model; refuse it with every wrong field."""
    reading = Reading()
    body = read(model, body_of(request, optional=optional), reading)
    if body is None:
        raise wrong_fields(reading.errors)
    return body


def body_of(request: Request, *, optional: bool = False) -> Any:
    """Return the parsed body. An empty one is an empty object where nothing must be said."""
    if not request.META.get("CONTENT_LENGTH") or request.META["CONTENT_LENGTH"] == "0":
        if optional:
            return {}
        raise ParseError("Send a body of JSON.")
    body = request.data
    if body is None:
        raise Problem(400, "Send an object.", errors=[{"pointer": "", "detail": "Send an object."}])
    return body


def idempotency_key(request: Request) -> str:
    """Return the caller's Idempotency-Key, or an empty text."""
    key: str = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        detail = f"Use printable characters, {LONGEST_KEY} or fewer."
        raise Problem(400, "A header is wrong: see errors.", errors=[{"header": "Idempotency-Key", "detail": detail}])
    return key
