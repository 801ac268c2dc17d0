"""How every record is kept, changed and taken back: the same checks for a page, a partner's call and a command.

The database's constraints carry their own sentences; here they become errors of the field they are about, all at once,
so that a form can show them beside what was typed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from partners.errors import WHOLE, CaseloadError, ChangedMeanwhile
from partners.platform.tenancy.constraints import Speaking
from partners.platform.tenancy.models import TenantRecord

R = TypeVar("R", bound=TenantRecord)

_NEVER_TYPED = {"uid", "external_id"}


def keep(record: R) -> R:
    """Check a new record against the rules of its table and store it, or refuse it with every wrong field."""
    check(record)
    record.save()
    return record


def change(record: R, *, version: int, values: Mapping[str, Any]) -> R:
    """Store changed values if the record is still the one that was opened; raise :class:`ChangedMeanwhile` if not.

    The row is locked, so of two people saving at once the second is told, never the first overwritten.
    """
    current: R = type(record).objects.select_for_update().get(pk=record.pk)
    if current.version != version:
        raise ChangedMeanwhile
    for name, value in values.items():
        setattr(current, name, value)
    current.version = version + 1
    check(current)
    current.save()
    return current


def check(record: models.Model) -> None:
    """Raise :class:`CaseloadError` with the sentences of every field and constraint that the record breaks."""
    wrong: dict[str, list[str]] = {}
    references = [f.name for f in record._meta.concrete_fields if f.is_relation]
    try:
        record.clean_fields(exclude=["id", *references])
    except ValidationError as refusal:
        wrong.update(refusal.message_dict)
    for field in record._meta.concrete_fields:
        if field.is_relation and not field.null and getattr(record, field.attname) is None:
            wrong.setdefault(field.name, []).append(f"Choose the {field.verbose_name}.")
    check_constraints(record, wrong)


def check_constraints(record: models.Model, known: Mapping[str, list[str]] | None = None) -> None:
    """Raise the sentences of every constraint that the record breaks, with what is ``known`` to be wrong before."""
    wrong = dict(known or {})
    for constraint in record._meta.constraints:
        if not _is_typed(constraint):
            continue
        try:
            constraint.validate(type(record), record, exclude=set(wrong))
        except ValidationError as refusal:
            wrong.setdefault(_field_about(constraint), []).extend(refusal.messages)
    if wrong:
        raise CaseloadError(fields=wrong)


def refuse_future(day: date | None, field: str, *, what: str = "") -> None:
    """Refuse a day after today: what has not happened can be planned, not recorded."""
    today = timezone.localdate()
    if day is not None and day > today:
        asked = f"Enter the day {what}:" if what else "Enter a date that is"
        raise CaseloadError(f"{asked} today ({date_format(today, 'j F Y')}) or earlier.", field=field)


def refuse_before(day: date | None, earliest: date | None, field: str, *, what: str) -> None:
    if day is not None and earliest is not None and day < earliest:
        raise CaseloadError(f"Enter a date on or after {date_format(earliest, 'j F Y')}, {what}.", field=field)


def _is_typed(constraint: models.BaseConstraint) -> bool:
    """Tell whether what somebody typed can break a constraint: the names of a record are not typed."""
    return not _NEVER_TYPED.intersection(getattr(constraint, "fields", ()))


def _field_about(constraint: models.BaseConstraint) -> str:
    return constraint.about[0] if isinstance(constraint, Speaking) else WHOLE
