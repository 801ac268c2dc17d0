"""Who recorded an entry, who corrected it and what it said before: read from the history that triggers write.

A correction changes what was said. Filling in what was empty, as the end of a spell or the day an action was done, is
none: the record goes on.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model
from django.utils import timezone

from caseload.models import Assessment
from partners.platform.dates import long_date
from partners.platform.tenancy.scope import current_consortium_id

# Columns that no person types: keys, the store's own, and what follows from another column.
_NOT_SAID = {"id", "uid", "external_id", "recorded_at", "recorded_on", "version", "consortium_id", "updated_at"}
_NOT_SAID |= {"recording_organisation_id", "recorded_by_id", "client_id", "job_id", "kind_code", "taken_by_id"}
_NOT_SAID |= {"content_hash", "idempotency_key", "sender_ref", "sent_record_id", "nino_index"}
_NOT_SAID |= {"adviser_id", "organisation_id", "restricted", "merged_into_id", "merged_by_id", "answer_by"}
_EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class Who:
    """Who did something, as a page names them: ``Ana Adviser, Riverside College``."""

    name: str
    organisation: str
    at: datetime

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.organisation) if part)


@dataclass
class Past:
    """The lines of one entry's history, the first one first."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    who: list[Who] = field(default_factory=list)

    @property
    def made_by(self) -> Who | None:
        """Who recorded it by hand; a package's rows, and what came before the history, have nobody."""
        return self.who[0] if self.who and self.lines[0]["pgh_label"] == "insert" and self.who[0].name else None

    @property
    def corrected_by(self) -> Who | None:
        """Who corrected it last."""
        found = [who for before, after, who in self.steps if corrects(before, after)]
        return found[-1] if found else None

    @property
    def steps(self) -> list[tuple[dict[str, Any], dict[str, Any], Who]]:
        return list(zip(self.lines, self.lines[1:], self.who[1:], strict=False))


def corrects(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(old not in _EMPTY for _, old, _ in differences(before, after))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the columns of two lines that differ, with what each says."""
    return [
        (name, before[name], after[name])
        for name in after
        if name in before
        and not name.startswith("pgh_")
        and not name.endswith("_key")
        and name not in _NOT_SAID
        and before[name] != after[name]
        and not (before[name] in _EMPTY and after[name] in _EMPTY)
    ]


def pasts_of(entries: Mapping[str, Collection[int]]) -> dict[tuple[str, int], Past]:
    """Return the history of entries, given as row ids by the name of their model: one query for however many."""
    asked = {name: sorted(ids) for name, ids in entries.items() if ids}
    if not asked:
        return {}
    found: dict[tuple[str, int], Past] = defaultdict(Past)
    sql = " UNION ALL ".join(_LINES.format(table=_history(name)._meta.db_table) for name in asked)
    values: list[Any] = []
    for name, ids in asked.items():
        values += [name, current_consortium_id(), ids]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 4", values)
        rows = cursor.fetchall()
    for name, key, line, _, staff, organisation, at in rows:
        past = found[name, key]
        past.lines.append(_read(line))
        past.who.append(Who(staff or "", organisation or "", at))
    return dict(found)


# What a package brought was not said by whoever loaded it.
_LINES = """
    SELECT %s AS name, line.pgh_obj_id, to_jsonb(line), line.pgh_id,
           CASE WHEN line.pgh_context ->> 'job' IS NULL THEN staff.name END, organisation.name, line.pgh_created_at
      FROM {table} line
      LEFT JOIN partners_staffmember staff
        ON staff.consortium_id = line.consortium_id AND staff.id = (line.pgh_context ->> 'staff')::bigint
      LEFT JOIN partners_organisation organisation
        ON organisation.consortium_id = staff.consortium_id AND organisation.id = staff.organisation_id
       AND line.pgh_context ->> 'job' IS NULL
     WHERE line.consortium_id = %s AND line.pgh_obj_id = ANY(%s)
"""


def _history(name: str) -> type[Model]:
    return cast("type[Model]", apps.get_model("caseload", f"{name}History"))


def _read(line: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(line) if isinstance(line, str) else line)


UNKNOWN = "A package or a partner's system"
Hides = Callable[[Mapping[str, Any], str], bool]


@dataclass(frozen=True)
class Change:
    """A line of an entry's history as a page shows it; ``fields`` are label, before and after."""

    who: str
    at: datetime
    title: str
    fields: Sequence[tuple[str, str, str]] = ()


def changes_of(model: type[Model], rows: Collection[int], *, hides: Hides) -> list[Change]:
    """Return what happened to an entry, the latest first, given the ids of its rows, those that are gone included.

    ``hides`` tells which column of which line stays unread.
    """
    pasts = list(pasts_of({model.__name__: rows}).values())
    steps = [(before, after, who) for past in pasts for before, after, who in past.steps]
    names = _names(model, [line for before, after, _ in steps for line in (before, after)])
    changes = [
        Change(str(past.who[0]) or UNKNOWN, past.who[0].at, f"Recorded{_part(model, past.lines[0], ': ')}")
        for past in pasts
        if past.lines[0]["pgh_label"] == "insert" and not hides(past.lines[0], "")
    ]
    for before, after, who in steps:
        said = [
            (_label(model, name, after), _shown(model, name, old, names), _shown(model, name, new, names))
            for name, old, new in differences(before, after)
            if not (hides(before, name) or hides(after, name))
        ]
        if after["pgh_label"] == "delete" and not hides(before, ""):
            changes.append(Change(str(who) or UNKNOWN, who.at, f"Taken out{_part(model, before, ': ')}"))
        elif said:
            title = "Corrected" if corrects(before, after) else "Added to"
            changes.append(Change(str(who) or UNKNOWN, who.at, title, said))
    return sorted(changes, key=lambda change: change.at, reverse=True)


def said_now(model: type[Model], rows: Collection[int], *, hides: Hides) -> list[tuple[str, str]]:
    """Return what an entry says as it stands: the label and the value of each column that is filled in."""
    lines = [past.lines[-1] for past in pasts_of({model.__name__: rows}).values()]
    lines = [line for line in lines if line["pgh_label"] != "delete" and not hides(line, "")]
    names = _names(model, lines)
    columns = [column.attname for column in model._meta.concrete_fields]
    said = [
        (_label(model, name, line if name == "score" else {}), _shown(model, name, line[name], names))
        for line in lines
        for name in columns
        if name in line and name not in {*_NOT_SAID, "dimension"} and not name.endswith("_key")
        if line[name] not in _EMPTY
    ]
    return list(dict.fromkeys(said))


def rows_of_assessment(assessment: Assessment) -> set[int]:
    """Return the ids of the rows that were ever part of an assessment: they were recorded at one moment."""
    history: Any = _history("Assessment")._base_manager
    lines = history.filter(
        consortium_id=current_consortium_id(), client=assessment.client_id, recorded_at=assessment.recorded_at
    )
    return {assessment.pk, *lines.values_list("pgh_obj_id", flat=True)}


def _names(model: type[Model], lines: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Return how the records that lines refer to are called: one query for each kind of them."""
    names: dict[tuple[str, int], str] = {}
    for column in model._meta.concrete_fields:
        keys = {line[column.attname] for line in lines if isinstance(column, ForeignKey) and line.get(column.attname)}
        if not keys or column.attname in _NOT_SAID:
            continue
        related: Any = column.related_model
        has_name = related.__str__ is not Model.__str__
        found = related._base_manager.filter(consortium_id=current_consortium_id(), pk__in=keys)
        names |= {(column.attname, row.pk): str(row) if has_name else "yes" for row in found}
    return names


def _label(model: type[Model], name: str, line: Mapping[str, Any]) -> str:
    label = str(_field(model, name).verbose_name)
    return label[:1].upper() + label[1:] + _part(model, line)


def _part(model: type[Model], line: Mapping[str, Any], before: str = " for ") -> str:
    """Name the part of an assessment that a line is about."""
    if "dimension" not in line:
        return ""
    choices = dict(_field(model, "dimension").choices)
    return f"{before}{str(choices.get(line['dimension'], line['dimension'])).lower()}"


def _field(model: type[Model], name: str) -> Any:
    return next(each for each in model._meta.concrete_fields if each.attname == name)


def _shown(model: type[Model], name: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    column = _field(model, name)
    if value in _EMPTY:
        return "nothing"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return _shown_by_kind(column, value, names)


def _shown_by_kind(column: Any, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    if isinstance(column, ForeignKey):
        return names.get((column.attname, value), "a record that is gone")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if column.get_internal_type() == "DateField":
        return long_date(date.fromisoformat(value))
    return "a number that is kept encrypted" if column.get_internal_type() == "BinaryField" else str(value)
