"""What a part said before: from the history that the database keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from partners.models import StaffMember
from partners.models.part import Part
from partners.platform.dates import long_date
from partners.platform.documents.subjects import Subject

MOST = 100
TOLD = {
    "document": ("title", "category", "scan"),
    "note": ("text", "category"),
    "action": ("title", "owner", "due_on", "category"),
}


@dataclass(frozen=True)
class Change:
    """What became of a part in a moment: each field with what it was and what it became, in words."""

    at: datetime
    who: str
    what: str
    reason: str
    fields: list[tuple[str, str, str]]


def past_of(subject: Subject, part: Part) -> list[Change]:
    """Return how a part came to be as it is, the latest first: two queries.

    What it was in a special category that its reader may not read is left out.
    """
    history = apps.get_model("partners", f"{type(part).__name__}History")
    rows = list(history.objects.filter(pgh_obj_id=part.pk).order_by("-pgh_id")[:MOST])
    ids = {(row.pgh_context or {}).get("staff") for row in rows} | {getattr(row, "owner_id", None) for row in rows}
    names = dict(StaffMember.objects.filter(pk__in=ids - {None}).values_list("pk", "name"))
    return [_change(subject, part, row, before, names) for row, before in zip(rows, [*rows[1:], None], strict=True)]


def may_show(subject: Subject, part: Part, earlier: Any) -> bool:
    """Tell whether what a part was in another special category may be read by who reads it in this one."""
    return earlier.category in {"", part.category} or earlier.category in dict(subject.categories)


def _change(subject: Subject, part: Part, row: Any, before: Any, names: dict[int, str]) -> Change:
    context = row.pgh_context or {}
    fields = []
    for name in TOLD[part._meta.model_name or ""] if before is not None else ():
        was, now = (_said(part, name, each, names) for each in (before, row))
        if was == now:
            continue
        if not (may_show(subject, part, before) and may_show(subject, part, row)):
            was = now = "not for you to read"
        column: Any = part._meta.get_field(name)
        fields.append((str(column.verbose_name).capitalize(), was, now))
    who = names.get(context.get("staff") or 0, "The system")
    return Change(row.pgh_created_at, who, _act(row, before), str(context.get("reason") or ""), fields)


def _act(row: Any, before: Any) -> str:
    if before is None:
        return "Recorded"
    for name, done, undone in (("removed_at", "Removed", "Put back"), ("done_at", "Done", "Opened again")):
        was, now = getattr(before, name, None), getattr(row, name, None)
        if bool(was) != bool(now):
            return done if now else undone
    return "Changed"


def _said(part: Part, name: str, row: Any, names: dict[int, str]) -> str:
    column: Any = part._meta.get_field(name)
    value = getattr(row, column.attname)
    if name == "owner":
        return names.get(value, "")
    if name == "category":
        return str(value or "none")
    if isinstance(column, models.DateField):
        return long_date(value)
    return str(dict(column.flatchoices).get(value, value)) or "nothing"
