"""What a record was, who changed it, when and why: read from the history that the database writes by itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from partners.models import ApiKey, StaffMember
from partners.platform.frame.tags import on

MOST = 200
_NOT_TOLD = {"id", "consortium", "uid", "external_id", "recorded_at", "version"}


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Past:
    """One change: what was added, changed or removed, by whom, when and why.

    ``broke`` names the rules that a record broke already when it was removed.
    """

    at: datetime
    who: str
    reason: str
    act: str
    differences: Sequence[Difference] = field(default_factory=list)
    broke: Sequence[str] = ()


def history_of(model: type[models.Model]) -> Any:
    """Return the rows of a model's history."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}History").objects


def last_removed(
    model: type[models.Model], *, most: int, within: models.Q | None = None, uid: UUID | None = None
) -> list[Any]:
    """Return records as they were when they were removed, the newest first; those that were put back are left out.

    Each has ``removed``: the line of the history, with its moment. ``within`` narrows them to a reader's sight, before
    they are cut; ``uid`` asks for one of them.
    """
    here = model._default_manager.values("pk")
    rows = history_of(model).filter(pgh_label="delete").exclude(pgh_obj_id__in=here).order_by("-pgh_id")
    rows = rows.filter(within) if within else rows
    rows = rows.filter(uid=uid) if uid else rows
    latest: dict[int, Any] = {}
    for row in rows[: 2 * most]:
        latest.setdefault(row.pgh_obj_id, row)
    found = list(latest.values())[:most]
    names = names_of_writers(found)
    return [_as_record(model, row, names(row)) for row in found]


def _as_record(model: type[models.Model], row: Any, who: str) -> Any:
    kept = {each.attname for each in row._meta.concrete_fields}
    values = {
        each.attname: getattr(row, each.attname)
        for each in model._meta.concrete_fields
        if each.attname in kept and not each.primary_key and not getattr(each, "generated", False)
    }
    record: Any = model(pk=row.pgh_obj_id, **values)
    broke = (row.pgh_context or {}).get("broke") or ()
    record.removed = Past(row.pgh_created_at, who, reason_of(row), "removed", broke=broke)
    return record


def changes_of(
    record: Any,
    *,
    label: Callable[[str], str],
    read: Callable[[str, Any], Any],
    tells: Callable[[Any], bool],
    sight: Callable[[Any], models.QuerySet[Any]],
) -> list[Past]:
    """Return every change of a record, the newest first.

    ``label`` and ``read`` give a field's name and its value in words; ``tells`` says which versions may be known: one
    that may not leaves a change without what it said and why. ``sight`` gives the records of a model that may be named.
    """
    model = type(record)
    rows = list(history_of(model).filter(pgh_obj_id=record.pk).order_by("-pgh_id")[: MOST + 1])
    names = names_of_writers(rows)
    fields = [each for each in model._meta.concrete_fields if each.name not in _NOT_TOLD]
    fields = [each for each in fields if not getattr(each, "generated", False)]
    kept = {each.name for each in history_of(model).model._meta.concrete_fields}
    fields = [each for each in fields if each.name in kept]
    named = _names_of_references(rows, fields, sight)
    found = []
    for place, row in enumerate(rows[:MOST]):
        before = rows[place + 1] if place + 1 < len(rows) else None
        differences = []
        if before is not None and row.pgh_label == "update" and tells(row) and tells(before):
            differences = [
                Difference(label(each.name), _said(each, before, read, named), _said(each, row, read, named))
                for each in fields
                if getattr(row, each.attname) != getattr(before, each.attname)
            ]
            if not differences:
                continue  # what people cannot see was brought up to date
        act = {"insert": "recorded", "update": "changed", "delete": "removed"}[row.pgh_label]
        if row.pgh_label == "insert" and before is not None:
            act = "put back"
        reason = reason_of(row) if tells(row) and (before is None or tells(before)) else ""
        found.append(Past(row.pgh_created_at, names(row), reason, act, differences))
    return found


def reason_of(row: Any) -> str:
    return str((row.pgh_context or {}).get("reason") or "")


def names_of_writers(rows: Iterable[Any]) -> Callable[[Any], str]:
    """Return a function that names who wrote a line of the history: two queries for all of them."""
    contexts = [row.pgh_context or {} for row in rows]
    staff = {each.get("staff") for each in contexts} - {None}
    keys = {each.get("api_key") for each in contexts} - {None}
    people = dict(StaffMember.objects.filter(pk__in=staff).values_list("pk", "name")) if staff else {}
    systems = dict(ApiKey.objects.filter(pk__in=keys).values_list("pk", "label")) if keys else {}

    def name(row: Any) -> str:
        context = row.pgh_context or {}
        if context.get("staff") in people:
            return str(people[context["staff"]])
        if context.get("api_key") in systems:
            return f"{systems[context['api_key']]} (a partner's system)"
        return "A package or the system"

    return name


def _names_of_references(
    rows: Sequence[Any], fields: Sequence[Any], sight: Callable[[Any], models.QuerySet[Any]]
) -> dict[type[Any], dict[int, str]]:
    wanted: dict[type[Any], set[int]] = defaultdict(set)
    for each in fields:
        if each.is_relation:
            wanted[each.related_model] |= {getattr(row, each.attname) for row in rows} - {None}
    return {
        model: {record.pk: str(record) for record in sight(model).filter(pk__in=keys)}
        for model, keys in wanted.items()
        if keys
    }


def _said(each: Any, row: Any, read: Callable[[str, Any], Any], named: dict[type[Any], dict[int, str]]) -> str:
    key = getattr(row, each.attname)
    if key is None or key == "":
        return "nothing"
    if each.is_relation:
        return named.get(each.related_model, {}).get(key, "another record")
    value = read(each.name, row)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return on(value) if hasattr(value, "toordinal") else str(value)
