"""Kinds of record read by partners' systems, from their declaration: a list and a record, for whoever has the scope.

What every organisation of the consortium may read, and only that. Members are called as the columns of the exchange
package; ``id`` and what refers to another record are the identifiers of this API.
"""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import URLPattern, path
from pydantic import Field, PlainSerializer, WithJsonSchema, create_model
from rest_framework.request import Request
from rest_framework.response import Response

from partners.platform.api.answers import Answer, Moment, Page
from partners.platform.api.base import PartnerView
from partners.platform.api.pagination import CursorPage, since_parameter
from partners.platform.exchange.columns import Column, column_of
from partners.platform.exchange.columns import Kind as Shape
from partners.platform.records.history import history_of
from partners.platform.records.kinds import RecordKind, all_kinds, kind_of
from partners.platform.records.settled import settled_at

Number = Annotated[
    Decimal, PlainSerializer(float, return_type=float, when_used="json"), WithJsonSchema({"type": "number"})
]
_TYPES: dict[Shape, Any] = {
    Shape.DAY: date,
    Shape.BOOLEAN: bool,
    Shape.INTEGER: int,
    Shape.NUMBER: Number,
    Shape.REFERENCE: UUID,
}


def kinds_of_the_api() -> list[RecordKind]:
    return [kind for kind in all_kinds() if kind.api is not None]


def name_of(kind: RecordKind) -> str:
    """Return what a kind is called in an address: as its table of the exchange package, where it has one."""
    return (kind.exchange.name if kind.exchange else kind.slug).replace("_", "-")


def answer_of(kind: RecordKind) -> Any:
    return _models_of(kind.model)[0]


def page_of(kind: RecordKind) -> Any:
    return _models_of(kind.model)[1]


@cache
def _models_of(model: Any) -> tuple[type[Answer], type[Page]]:
    """Return the models of one record and of a page of them."""
    kind = kind_of(model)
    assert kind is not None  # noqa: S101  only models of kinds come here
    members: dict[str, Any] = {
        "id": (UUID, ...),
        "external_id": (str, Field(description="The `id` of the exchange package.")),
        "updated_at": (Moment, ...),
        **{column.name: _member(kind, column) for column in columns_of(kind)},
    }
    one: type[Answer] = create_model(model.__name__, __base__=Answer, __doc__=kind.about, **members)
    page: type[Page] = create_model(f"{model.__name__}Page", __base__=Page, results=(list[one], ...))  # type: ignore[valid-type]
    return one, page


def columns_of(kind: RecordKind) -> list[Column]:
    """Return the columns that are told: all but what not every reader of the kind may know of."""
    if kind.exchange is not None:
        columns = list(kind.exchange.columns[1:])
    else:
        columns = [
            column_of(kind.model, each.attname, name_of=lambda model: model.__name__) for each in kind.record_fields()
        ]
    return [each for each in columns if each.field_name not in kind.guarded]


def _member(kind: RecordKind, column: Column) -> tuple[Any, Any]:
    type_: Any = _TYPES.get(column.kind, str)
    if column.kind == Shape.CODE:
        type_ = Annotated[str, WithJsonSchema({"type": "string", "enum": list(column.codes)})]
    label = kind.label(column.field_name)
    told = f"{label}, by its `id`." if column.kind == Shape.REFERENCE else f"{label}."
    return (type_ if column.required else type_ | None, Field(description=told))


def rows_of(kind: RecordKind) -> QuerySet[Any]:
    """Return what stands of a kind, each with the moment of its last change."""
    rows = kind.standing().select_related(*_references(kind))
    changes = history_of(kind.model).filter(consortium=OuterRef("consortium"), pgh_obj_id=OuterRef("pk"))
    changes = changes.order_by("-pgh_id")
    changed_at = Coalesce(Subquery(changes.values("pgh_created_at")[:1]), "recorded_at")
    annotated: QuerySet[Any] = rows.annotate(changed_at=changed_at)
    return annotated


def changed_since(kind: RecordKind, rows: QuerySet[Any], since: datetime) -> QuerySet[Any]:
    return rows.filter(pk__in=history_of(kind.model).filter(pgh_created_at__gte=since).values("pgh_obj_id"))


def _references(kind: RecordKind) -> list[str]:
    return [each.field_name for each in columns_of(kind) if each.kind == Shape.REFERENCE]


def described(kind: RecordKind, row: Any, *, settled: datetime) -> Answer:
    members = {column.name: _value(row, column) for column in columns_of(kind)}
    updated_at = min(row.changed_at, settled)
    said: Answer = answer_of(kind)(id=row.uid, external_id=row.external_id, updated_at=updated_at, **members)
    return said


def _value(row: Any, column: Column) -> Any:
    value = getattr(row, column.field_name)
    if column.kind == Shape.REFERENCE:
        return value.uid if value is not None else None
    return None if value == "" and not column.required else value


def etag_of(kind: RecordKind, row: Any) -> str:
    """Return what changes with anything that is answered, and only then."""
    said = described(kind, row, settled=row.changed_at).model_dump_json()
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


class OfKind(PartnerView):
    kind: Any = None  # the RecordKind, as the address has it


class Records(OfKind):
    """All records of a kind, page by page in the order in which they came, or those changed since a moment."""

    parameters = ("updated_since", "cursor", "page_size")

    def get(self, request: Request) -> Response:
        settled = settled_at()
        rows = rows_of(self.kind)
        since = since_parameter(request)
        found = changed_since(self.kind, rows, since) if since else rows
        page = CursorPage(request, found, fields=("uid",), settled_at=settled)
        shown = [described(self.kind, each, settled=page.settled_at) for each in page.rows]
        return Response(page_of(self.kind)(**page.links(), results=shown))


class OneRecord(OfKind):
    """One record, with an ETag."""

    def get(self, request: Request, uid: str) -> Response:
        settled = settled_at()
        row = self._find(uid)
        etag = etag_of(self.kind, row)
        known = {each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")}
        if known & {etag, "*"}:
            return Response(status=304, headers={"ETag": etag})
        return Response(described(self.kind, row, settled=settled), headers={"ETag": etag})

    def _find(self, uid: str) -> Any:
        try:
            found = rows_of(self.kind).filter(uid=uid).first()
        except (ValidationError, ValueError):
            found = None
        if found is None:
            raise Http404
        return found


def api_urls() -> list[URLPattern]:
    """Return the addresses of every kind that partners' systems read."""
    return [each for kind in kinds_of_the_api() for each in _urls_of(kind)]


def _urls_of(kind: RecordKind) -> list[URLPattern]:
    name, said = name_of(kind), {"kind": kind, "scopes": {"GET": kind.api}}
    return [
        path(f"{name}/", Records.as_view(**said), name=name),
        path(f"{name}/<str:uid>/", OneRecord.as_view(**said), name=f"{name}-one"),
    ]
