"""Constraints that many records share, each with a sentence for people and the names of the fields it is about.

Form, package and database ask the same object: a form shows the sentence beside the first of these fields, and a
package is asked ``wrong`` of all its rows at once (:mod:`partners.platform.exchange.rules`). In a migration each is
Django's own.
"""

from copy import copy
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

HOURS_OF_A_WEEK = 24 * 7
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


class Speaking(models.BaseConstraint):
    """A constraint that keeps the fields it is about; ``path`` is what it is in a migration."""

    about: tuple[str, ...] = ()
    path: str

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return self.path, args, kwargs

    def clone(self) -> Self:
        return copy(self)


class Check(Speaking, models.CheckConstraint):
    """A check of one row. ``wrong`` is SQL, true of a row that breaks it, with the fields in braces.

    Without it no package is asked: its cells are judged one by one before. ``told`` is what the sender of a package
    reads, where columns have the fields' names, if not the sentence of the form; ``columns`` are those it is reported
    at, the first that the file has, if not ``about``.
    """

    path = "django.db.models.CheckConstraint"

    def __init__(
        self,
        *,
        about: tuple[str, ...],
        wrong: str = "",
        told: str = "",
        columns: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.about, self.wrong, self.columns = about, wrong, columns or about
        self.told = told or str(self.violation_error_message)


class Spells(Speaking, ExclusionConstraint):
    """A rule between the dated spells of one subject."""

    path = "django.contrib.postgres.constraints.ExclusionConstraint"
    about = ("from_date",)


def in_order(first: str, last: str) -> Check:
    """Refuse an end before its start; either may be unknown (exchange package, "Refused")."""
    return Check(
        condition=Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=f"%(app_label)s_%(class)s_{last}_order",
        violation_error_message=f"The end must be on or after {WORDS.get(first, 'the start')}.",
        about=(last, first),
        wrong=f"{{{last}}} < {{{first}}}",
        told=f"{last} is before {first}.",
    )


def at_least_zero(*fields: str) -> list[Check]:
    return [
        Check(
            condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
            name=f"%(app_label)s_%(class)s_{field}_zero",
            violation_error_message="Enter a number of 0 or more.",
            about=(field,),
            wrong=f"{{{field}}} < 0",
            told="This cannot be below zero.",
        )
        for field in fields
    ]


def within_a_week(field: str, *, name: str) -> list[Check]:
    """Refuse hours below zero, and more than a week has."""
    return [
        *at_least_zero(field),
        Check(
            condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": HOURS_OF_A_WEEK}),
            name=name,
            violation_error_message=f"A week has {HOURS_OF_A_WEEK} hours.",
            about=(field,),
            wrong=f"{{{field}}} > {HOURS_OF_A_WEEK}",
        ),
    ]


def one_of(field: str, choices: type[models.TextChoices], *, optional: bool = False) -> Check:
    values = [*choices.values, ""] if optional else list(choices.values)
    return Check(
        condition=Q(**{f"{field}__in": values}),
        name=f"%(app_label)s_%(class)s_{field}_known",
        violation_error_message="Choose one of the values in the list.",
        about=(field,),
    )


class _Int8Range(models.Func):
    """A bigint as a range of one, because GiST has no equality on bigint without an extension."""

    function = "int8range"

    def __init__(self, bound: str, **extra: Any) -> None:
        super().__init__(F(bound), F(bound), models.Value("[]"), **extra)


class _DateRange(models.Func):
    function = "daterange"
    output_field = DateRangeField()


def one_at_a_time(*subjects: str, name: str, message: str, only: Q | None = None) -> Spells:
    """Refuse two spells of one subject (or of the same two) that share a day; the last day counts.

    Deferrable, so that an import can move the border between two spells in whatever order their rows come. The subject
    is named as the field, not as its column: before a record is stored Django puts its values in place of fields only.
    """
    return Spells(
        name=name,
        expressions=[
            *((_Int8Range(subject), RangeOperators.OVERLAPS) for subject in subjects),
            (_DateRange("from_date", "to_date", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
        ],
        condition=only,
        deferrable=models.Deferrable.IMMEDIATE,
        violation_error_message=message,
    )
