"""JSON of at most 1 MiB, read strictly."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from partners.api.problems import Problem

MOST_BYTES = 1024 * 1024


class LimitedJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Refuse a body over 1 MiB (API.md "Referrals") before reading it where its length is told, else while."""
        request = (parser_context or {})["request"]
        refuse_length(request.META.get("CONTENT_LENGTH"))
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Problem(413, "Send 1 MiB or less.")
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON in UTF-8.") from error


def refuse_length(told: str | None) -> None:
    if told and told.isascii() and told.isdecimal() and int(told[:20]) > MOST_BYTES:
        raise Problem(413, "Send 1 MiB or less.")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
