"""The shapes of JSON that a partner may send: each reads a value strictly and describes itself as JSON Schema.

Reading never stops at the first mistake: every wrong value is noted with its JSON pointer (RFC 6901), so that a sender
can mend all of them at once (API.md "Referrals"). One declaration serves the reading and the OpenAPI description.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime

from partners.platform.forms.reading import iso_day, uuid_of
from partners.platform.forms.validators import code_of, unwanted_in

LONGEST_TEXT = 10_000
MOST_ERRORS = 500
_ABSENT: Any = object()


@dataclass
class Wrong:
    """What was wrong, where; ``warnings`` are of values that are kept as they were sent."""

    errors: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def add(self, at: str, detail: str) -> None:
        if len(self.errors) < MOST_ERRORS:  # a body of a hundred thousand mistakes is no honest body
            self.errors.append({"pointer": at, "detail": detail})

    def warn(self, at: str, detail: str) -> None:
        if len(self.warnings) < MOST_ERRORS:
            self.warnings.append({"pointer": at, "detail": detail})

    def covers(self, *places: str) -> bool:
        """Tell whether any of these places is wrong already, so that a rule over several has nothing to judge."""
        return any(error["pointer"] in places for error in self.errors)


class Shape:
    """A value of JSON. ``required`` refuses absence, null and ""; else ``default`` stands for them (API.md)."""

    def __init__(self, about: str = "", *, required: bool = False, default: Any = None, example: Any = None) -> None:
        self.about, self.required, self.default, self.example = about, required, default, example

    def read(self, value: Any, at: str, wrong: Wrong) -> Any:
        if value is _ABSENT or value is None or value == "":
            if self.required:
                wrong.add(at, "This is required.")
            return self.default
        return self.take(value, at, wrong)

    def take(self, value: Any, at: str, wrong: Wrong) -> Any:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        described = self.kind()
        if not self.required and isinstance(described.get("type"), str):
            described["type"] = [described["type"], "null"]
        if self.about:
            described["description"] = self.about
        if self.example is not None:
            described["examples"] = [self.example]
        return described

    def kind(self) -> dict[str, Any]:
        raise NotImplementedError


class Text(Shape):
    """Text without surrounding space, in several lines where ``lines``.

    ``clean`` returns it as it is kept, or raises ValidationError. What it raises is only a warning where a doubtful
    value is ``doubtful="kept"`` as it was sent, or ``"left out"``.
    """

    def __init__(
        self,
        about: str = "",
        *,
        most: int = LONGEST_TEXT,
        lines: bool = False,
        clean: Callable[[str], str] | None = None,
        doubtful: Literal["", "kept", "left out"] = "",
        required: bool = False,
        example: Any = None,
    ) -> None:
        super().__init__(about, required=required, default="", example=example)
        self.most, self.lines, self.clean, self.doubtful = most, lines, clean, doubtful

    def take(self, value: Any, at: str, wrong: Wrong) -> str:
        if not isinstance(value, str):
            wrong.add(at, "Send text.")
        elif unwanted := unwanted_in(value, lines=self.lines):
            wrong.add(at, f"This holds {code_of(unwanted)}, which is no character of a text. Send it without.")
        elif len(value) > self.most:
            wrong.add(at, f"Use {self.most:,} characters or fewer.")
        else:
            return self._cleaned(value.strip(), at, wrong)
        return ""

    def _cleaned(self, text: str, at: str, wrong: Wrong) -> str:
        if self.required and not text:
            wrong.add(at, "This is required.")
        if self.clean is None:
            return text
        try:
            return self.clean(text)
        except ValidationError as refusal:
            if self.doubtful:
                words = "It is kept as sent." if self.doubtful == "kept" else "It is left out."
                wrong.warn(at, f"{refusal.messages[0]} {words}")
                return text if self.doubtful == "kept" else ""
            wrong.add(at, refusal.messages[0])
            return ""

    def kind(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.most} | ({"minLength": 1} if self.required else {})


class Code(Shape):
    def __init__(
        self, choices: type[TextChoices], about: str = "", *, required: bool = False, example: Any = None
    ) -> None:
        super().__init__(about, required=required, default="", example=example)
        self.codes: list[str] = list(choices.values)

    def take(self, value: Any, at: str, wrong: Wrong) -> str:
        if isinstance(value, str) and value in self.codes:
            return value
        wrong.add(at, f"Use one of: {', '.join(self.codes)}.")
        return ""

    def kind(self) -> dict[str, Any]:
        return {"enum": self.codes if self.required else [*self.codes, "", None]}


class Day(Shape):
    """A date as 2007-05-14. ``check`` raises ValidationError for one that is not acceptable."""

    def __init__(
        self,
        about: str = "",
        *,
        check: Callable[[date], date] | None = None,
        required: bool = False,
        example: Any = None,
    ) -> None:
        super().__init__(about, required=required, example=example)
        self.check = check

    def take(self, value: Any, at: str, wrong: Wrong) -> date | None:
        day = as_day(value)
        if day is None:
            wrong.add(at, "Send a date as 2007-05-14.")
            return None
        try:
            return self.check(day) if self.check else day
        except ValidationError as refusal:
            wrong.add(at, refusal.messages[0])
            return None

    def kind(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Flag(Shape):
    def __init__(self, about: str = "", *, required: bool = False, default: bool | None = False) -> None:
        super().__init__(about, required=required, default=default)

    def take(self, value: Any, at: str, wrong: Wrong) -> bool | None:
        if isinstance(value, bool):
            return value
        wrong.add(at, "Send true or false.")
        return None

    def kind(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Whole(Shape):
    """A whole number out of a short list."""

    def __init__(self, about: str = "", *, choices: list[int], required: bool = False) -> None:
        super().__init__(about, required=required)
        self.choices = choices

    def take(self, value: Any, at: str, wrong: Wrong) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value in self.choices:
            return value
        wrong.add(at, f"Use one of: {', '.join(map(str, self.choices))}.")
        return None

    def kind(self) -> dict[str, Any]:
        return {"enum": self.choices}


class Id(Shape):
    """One of our UUIDs."""

    def take(self, value: Any, at: str, wrong: Wrong) -> uuid.UUID | None:
        if (uid := uuid_of(value)) is not None:
            return uid
        wrong.add(at, "Send an id as this API gave it.")
        return None

    def kind(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class Thing(Shape):
    """An object with named members and no others."""

    def __init__(self, about: str = "", *, required: bool = False, **members: Shape) -> None:
        super().__init__(about, required=required)
        self.members = members

    def take(self, value: Any, at: str, wrong: Wrong) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            wrong.add(at, "Send an object.")
            return None
        for name in value:
            if name not in self.members:
                wrong.add(f"{at}/{escape(name)}", f"Unknown field. Known are: {', '.join(self.members)}.")
        return {
            name: shape.read(value.get(name, _ABSENT), f"{at}/{name}", wrong) for name, shape in self.members.items()
        }

    def kind(self) -> dict[str, Any]:
        required = [name for name, shape in self.members.items() if shape.required]
        described: dict[str, Any] = {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in self.members.items()},
            "additionalProperties": False,
        }
        return described | ({"required": required} if required else {})


class Many(Shape):
    """A list of one shape."""

    def __init__(self, each: Shape, about: str = "", *, most: int, required: bool = False) -> None:
        super().__init__(about, required=required)
        self.each, self.most = each, most

    def read(self, value: Any, at: str, wrong: Wrong) -> Any:
        read = super().read(value, at, wrong)
        return [] if read is None else read

    def take(self, value: Any, at: str, wrong: Wrong) -> list[Any]:
        if not isinstance(value, list):
            wrong.add(at, "Send a list.")
        elif len(value) > self.most:
            wrong.add(at, f"Send {self.most:,} or fewer.")
        else:
            return [self.each.read(each, f"{at}/{number}", wrong) for number, each in enumerate(value)]
        return []

    def kind(self) -> dict[str, Any]:
        return {"type": "array", "items": self.each.schema(), "maxItems": self.most}


def escape(name: str) -> str:
    """Write a member's name as a step of a JSON pointer, showing what is no text as an escape."""
    shown = name.encode("utf-8", "backslashreplace").decode()[:200]
    return shown.replace("~", "~0").replace("/", "~1")


def as_day(value: Any) -> date | None:
    return iso_day(value)


def as_moment(text: str) -> datetime | None:
    """Read an RFC 3339 time with its zone, as UTC; None when it is none, or none of the years 1 to 9999."""
    try:
        moment = parse_datetime(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
