"""Constraints that many records share, each with a message for people."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

WORDS = {
    "from_date": "the day it began",
    "started_on": "the day it started",
    "starts_on": "the day it starts",
    "opened_on": "the day it opened",
    "enrolled_on": "the day of enrolment",
    "given_on": "the day it was given",
    "made_on": "the day it was made",
    "ib_programme_from": "the day taking part began",
}


def in_order(first: str, last: str) -> models.CheckConstraint:
    """Refuse an end before its start; either may be unknown (exchange package, "Refused")."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=f"%(app_label)s_%(class)s_{last}_order",
        violation_error_message=f"The end must be on or after {WORDS.get(first, 'the start')}.",
    )


def at_least_zero(*fields: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
            name=f"%(app_label)s_%(class)s_{field}_zero",
            violation_error_message="Enter a number of 0 or more.",
        )
        for field in fields
    ]


def one_of(field: str, choices: type[models.TextChoices], *, optional: bool = False) -> models.CheckConstraint:
    values = [*choices.values, ""] if optional else list(choices.values)
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}),
        name=f"%(app_label)s_%(class)s_{field}_known",
        violation_error_message="Choose one of the values in the list.",
    )


class _Int8Range(models.Func):
    """A bigint as a range of one, because GiST has no equality on bigint without an extension."""

    function = "int8range"

    def __init__(self, bound: str, **extra: Any) -> None:
        super().__init__(F(bound), F(bound), models.Value("[]"), **extra)


class _DateRange(models.Func):
    function = "daterange"
    output_field = DateRangeField()


def one_at_a_time(subject: str, *, name: str, message: str) -> ExclusionConstraint:
    """Refuse two spells of one subject that share a day; the last day counts.

    Deferrable, so that an import can move the border between two spells in whatever order their rows come. The subject
    is named as the field, not as its column: before a record is stored Django puts its values in place of fields only.
    """
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_Int8Range(subject), RangeOperators.OVERLAPS),
            (_DateRange("from_date", "to_date", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
        ],
        deferrable=models.Deferrable.IMMEDIATE,
        violation_error_message=message,
    )
