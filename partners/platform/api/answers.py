"""What answers are made of: pydantic models, from which their description is generated, and the problem of RFC 9457."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import pydantic
from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema
from rest_framework.renderers import JSONRenderer

ABSENT: Any = None
"""Stands where a member may be missing; it is never written."""


class Answer(pydantic.BaseModel):
    """An object of an answer. A member that is not set is absent; one that is None is null."""

    model_config = ConfigDict(frozen=True)


class AnswerRenderer(JSONRenderer):
    """Writes an answer as its model does, in one go."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if isinstance(data, Answer):
            return data.model_dump_json(exclude_unset=True).encode()
        written: bytes = super().render(data, accepted_media_type, renderer_context)
        return written


def moment_text(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the microsecond, so that ``updated_since`` can take it back."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(moment_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Address = Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]


class Page(Answer):
    """One page of a list, with the addresses of those before and behind it."""

    next: Address | None
    previous: Address | None


class Mistake(Answer):
    """What is wrong where: in a body, in the address or in a header."""

    pointer: str = Field(ABSENT, description="A JSON pointer into the body.")
    parameter: str = Field(ABSENT, description="The name of a parameter of the address.")
    header: str = Field(ABSENT, description="The name of a header.")
    detail: str


class Problem(Answer):
    type: str
    title: str
    status: int
    detail: str
    code: str = Field(ABSENT, description="The reason in a word, for programs.")
    scope: str = Field(ABSENT, description="The scope that the key lacks.")
    state: str = Field(ABSENT, description="The state in which this is not possible.")
    allowed: list[str] = Field(ABSENT, description="The steps that are possible in this state.")
    errors: list[Mistake] = ABSENT
