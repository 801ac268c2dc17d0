"""Cursor pagination: a page begins behind a row, not at a number, so rows that come meanwhile shift nothing."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from partners.platform.api.problems import Problem
from partners.platform.forms.reading import whole_number

USUAL_SIZE, LARGEST_SIZE = 50, 200


class CursorPage:
    """One page of a queryset in the order of ``fields``, the last of which is unique.

    ``settled_at`` is the moment up to which the caller's changes can all be seen, asked for before the rows are read;
    of pages that follow each other that of the first one holds, because what came meanwhile may stand on an earlier.
    """

    def __init__(self, request: Request, rows: QuerySet[Any], *, fields: tuple[str, ...], settled_at: datetime) -> None:
        self.request, self.fields, self.settled_at = request, fields, settled_at
        size = page_size(request)
        backwards, place = self._place()
        try:
            if place is not None:
                rows = rows.filter(_beyond(fields, place, backwards=backwards))
            found = list(rows.order_by(*(f"-{field}" if backwards else field for field in fields))[: size + 1])
        except (ValidationError, FieldError, ValueError) as error:
            raise _not_ours() from error
        more = len(found) > size
        self.rows: list[Any] = found[:size]
        if backwards:
            self.rows.reverse()
        self._has_next = more if not backwards else True
        self._has_previous = more if backwards else place is not None

    def links(self) -> dict[str, str | None]:
        rows = self.rows
        return {
            "next": self._link(rows[-1], backwards=False) if rows and self._has_next else None,
            "previous": self._link(rows[0], backwards=True) if rows and self._has_previous else None,
        }

    def _place(self) -> tuple[bool, list[Any] | None]:
        cursor = self.request.query_params.get("cursor")
        if cursor is None:
            return False, None
        try:
            backwards, settled, *place = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
            self.settled_at = min(self.settled_at, _value("settled_at", settled))
            values = [_value(field, text) for field, text in zip(self.fields, place, strict=True)]
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
            raise _not_ours() from error
        return bool(backwards), values

    def _link(self, row: Model, *, backwards: bool) -> str:
        place = [int(backwards), _text(self.settled_at), *(_text(getattr(row, field)) for field in self.fields)]
        packed = base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode()
        query = self.request.query_params.copy()
        query["cursor"] = packed
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")


def page_size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(USUAL_SIZE))
    size = whole_number(asked, least=1, most=LARGEST_SIZE)
    if size is None:
        raise wrong_parameters({"page_size": f"Use a number from 1 to {LARGEST_SIZE}."})
    return size


def since_parameter(request: Request) -> datetime | None:
    """Return the time named by ``updated_since``, if any."""
    since = request.query_params.get("updated_since", "")
    moment = as_moment(since) if since else None
    if since and moment is None:
        raise wrong_parameters({"updated_since": "Send a time with its zone, as 2007-05-14T09:00:00Z."})
    return moment


def as_moment(text: str) -> datetime | None:
    """Read an RFC 3339 time with its zone, as UTC; None when it is none, or none of the years 1 to 9999."""
    try:
        moment = parse_datetime(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def wrong_parameters(wrong: dict[str, str]) -> Problem:
    errors = [{"parameter": name, "detail": detail} for name, detail in wrong.items()]
    return Problem(400, "A parameter of the address is wrong: see errors.", errors=errors)


def _beyond(fields: tuple[str, ...], place: list[Any], *, backwards: bool) -> Q:
    """Compare rows of one or two fields; the first field alone bounds the search, for the index."""
    step = "lt" if backwards else "gt"
    if len(fields) == 1:
        return Q(**{f"{fields[0]}__{step}": place[0]})
    first, last = fields
    further = Q(**{f"{first}__{step}": place[0]}) | Q(**{first: place[0], f"{last}__{step}": place[1]})
    return Q(**{f"{first}__{step}e": place[0]}) & further


def _value(field: str, text: Any) -> Any:
    if not isinstance(text, str):
        raise TypeError
    if not field.endswith("_at"):
        return text
    moment = as_moment(text)
    if moment is None:
        raise ValueError
    return moment


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _not_ours() -> Problem:
    return wrong_parameters({"cursor": "Use a next or previous address as this API gave it."})
