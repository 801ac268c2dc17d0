"""JSON of at most 1 MiB, read strictly."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from partners.platform.api.bodies import MOST_ERRORS, escape
from partners.platform.api.problems import Problem, wrong_fields

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
            read = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=Members)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON in UTF-8.") from error
        if wrong := [*_said_twice(read)]:
            raise wrong_fields(wrong[:MOST_ERRORS])
        return read


class Members(dict[str, Any]):
    """An object as it was written; ``twice`` are the names that stand in it more than once.

    Which of two values was meant nobody can tell, and another reader may take the other one.
    """

    twice: tuple[str, ...] = ()

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        if len(self) < len(pairs):
            names = Counter(name for name, _ in pairs)
            self.twice = tuple(name for name, times in names.items() if times > 1)


def _said_twice(read: Any) -> Iterator[dict[str, str]]:
    """Name every member that stands in its object more than once, by JSON pointer."""
    waiting = [("", read)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, Members):
            for name in value.twice:
                yield {
                    "pointer": f"{at}/{escape(name)}",
                    "detail": f"The member “{escape(name)}” stands here more than once. Send it once.",
                }
            waiting += [(f"{at}/{escape(name)}", inner) for name, inner in value.items() if _has_members(inner)]
        elif isinstance(value, list):
            waiting += [(f"{at}/{number}", inner) for number, inner in enumerate(value) if _has_members(inner)]


def _has_members(value: Any) -> bool:
    return isinstance(value, (dict, list))


def refuse_length(told: str | None) -> None:
    if told and told.isascii() and told.isdecimal() and int(told[:20]) > MOST_BYTES:
        raise Problem(413, "Send 1 MiB or less.")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
