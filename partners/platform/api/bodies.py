"""Bodies of JSON that a partner may send: pydantic models, read strictly, whose every mistake is told in our words.

Reading never stops at the first mistake: every wrong value is named by its JSON pointer (RFC 6901), so that a sender
can mend all of them at once (API.md "Referrals"). One declaration serves the reading and the OpenAPI description.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Annotated, Any, TypeVar, get_args
from uuid import UUID

import pydantic
from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.utils import timezone
from pydantic import BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, PydanticKnownError, core_schema

from partners.platform.forms.reading import iso_day, uuid_of
from partners.platform.forms.validators import code_of, unwanted_in

LONGEST_TEXT = 10_000
MOST_ERRORS = 500
REQUIRED = "This is required."
SENTENCES = {
    "missing": REQUIRED,
    "string_too_short": REQUIRED,
    "string_type": "Send text.",
    "string_too_long": "Use {max_length:,} characters or fewer.",
    "bool_type": "Send true or false.",
    "date_type": "Send a date as 2007-05-14.",
    "uuid_type": "Send an id as this API gave it.",
    "list_type": "Send a list.",
    "too_long": "Send {max_length:,} or fewer.",
    "model_type": "Send an object.",
}
"""What we say of each mistake that pydantic finds. A rule of our own brings its sentence: see ``refused``."""


@dataclass
class Reading:
    """One reading of one body: the day it is read on, what was wrong, and what is kept though it is doubtful."""

    errors: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    today: date = field(default_factory=timezone.localdate)

    def add(self, at: str, detail: str) -> None:
        self.errors.append({"pointer": at, "detail": detail})

    def warn(self, at: str, detail: str) -> None:
        self.warnings.append({"pointer": at, "detail": detail})

    def covers(self, *places: str) -> bool:
        """Tell whether any of these places is wrong already, so that a rule over several has nothing to judge."""
        return any(error["pointer"] in places for error in self.errors)


class Sent(pydantic.BaseModel):
    """An object with named members and no others; one that is null or "" is the same as an absent one (API.md)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @pydantic.model_validator(mode="before")
    @classmethod
    def leave_out_empty(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        known = cls.__pydantic_fields__
        said = {name: value for name, value in sent.items() if name in known and value is not None and value != ""}
        if len(said) < len(sent):
            unknown = (readable(name) for name in sent if name not in known)
            said |= dict.fromkeys(islice(unknown, MOST_ERRORS))  # a body of a hundred thousand is no honest body
        return said

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        for name, member in described.get("properties", {}).items():
            if name not in described.get("required", ()):
                described["properties"][name] = _or_nothing(member)
        return described


Body = TypeVar("Body", bound=Sent)
Value = TypeVar("Value")


def read(model: type[Body], body: Any, reading: Reading) -> Body | None:
    """Return the body as the model has it, or None with every mistake named in ``reading``."""
    try:
        return model.model_validate(body, context=reading)
    except pydantic.ValidationError as refusal:
        errors = refusal.errors(include_url=False)
        reading.errors += (
            {"pointer": _pointer(each), "detail": _sentence(each, model)} for each in errors[:MOST_ERRORS]
        )
        return None


@dataclass(frozen=True)
class Text:
    """Text without surrounding space, of one line or, where ``lines``, of several."""

    most: int = LONGEST_TEXT
    least: int = 0
    lines: bool = False

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")
        if unwanted := unwanted_in(value, lines=self.lines):
            raise refused(f"This holds {code_of(unwanted)}, which is no character of a text. Send it without.")
        if len(value) > self.most:
            raise PydanticKnownError("string_too_long", {"max_length": self.most})
        return value.strip()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kept = core_schema.str_schema(max_length=self.most, min_length=self.least or None)
        return core_schema.no_info_before_validator_function(self.read, kept)


@dataclass(frozen=True)
class OneOf:
    """One of the codes of a list."""

    choices: type[Choices]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        codes = list(self.choices.values)
        exact = core_schema.chain_schema([handler(source), core_schema.literal_schema(codes)])
        sentence = f"Use one of: {', '.join(map(str, codes))}."
        return core_schema.custom_error_schema(exact, "code", custom_error_message=sentence)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core_schema.literal_schema(list(self.choices.values)))


def refused(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


def judged(check: Callable[..., Value], value: Value, **rest: Any) -> Value:
    """Return a value as ``check`` does, or refuse it with the sentence that this raises."""
    try:
        return check(value, **rest)
    except ValidationError as refusal:
        raise refused(refusal.messages[0]) from refusal


def _day(value: Any) -> date:
    if (day := iso_day(value)) is None:
        raise PydanticKnownError("date_type")
    return day


def _id(value: Any) -> UUID:
    if (uid := uuid_of(value)) is None:
        raise PydanticKnownError("uuid_type")
    return uid


Day = Annotated[date, BeforeValidator(_day)]
Id = Annotated[UUID, BeforeValidator(_id)]


def readable(name: str) -> str:
    """Show what is no text in a member's name as an escape."""
    return name.encode("utf-8", "backslashreplace").decode()[:200]


def escape(name: str) -> str:
    """Write a member's name as a step of a JSON pointer."""
    return readable(name).replace("~", "~0").replace("/", "~1")


def _pointer(error: ErrorDetails) -> str:
    return "".join(f"/{escape(str(step))}" for step in error["loc"])


def _sentence(error: ErrorDetails, model: type[Sent]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return f"Unknown field. Known are: {', '.join(_model_at(model, error['loc'][:-1]).__pydantic_fields__)}."
    if kind == "model_type" and error["input"] in (None, ""):
        return REQUIRED
    return SENTENCES[kind].format(**error.get("ctx", {})) if kind in SENTENCES else error["msg"]


def _model_at(model: type[Sent], place: tuple[int | str, ...]) -> type[Sent]:
    """Return the model of the object at a place of a body."""
    for step in place:
        if isinstance(step, str):
            (model,) = _models_in(model.__pydantic_fields__[step].annotation)
    return model


def _models_in(annotation: Any) -> Iterator[type[Sent]]:
    if isinstance(annotation, type) and issubclass(annotation, Sent):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _or_nothing(member: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a member that may be left out: null and "" stand for nothing."""
    described = dict(member)
    if "anyOf" in described:
        described |= next(each for each in described.pop("anyOf") if each != {"type": "null"})
    if "enum" in described:
        return described | {"enum": [*described["enum"], "", None], "type": [described["type"], "null"]}
    if "type" in described:
        return described | {"type": [described["type"], "null"]}
    return {"anyOf": [{"$ref": described.pop("$ref")}, {"type": "null"}], **described}
