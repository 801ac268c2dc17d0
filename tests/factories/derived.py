"""Factories of the kinds of record that have none of their own: from the columns that a record must have."""

from collections.abc import Mapping
from typing import Any

import factory
from django.db import models
from django.utils import timezone
from factory.django import DjangoModelFactory

from partners.platform.records.kinds import all_kinds

Factories = dict[type[models.Model], type[DjangoModelFactory]]
FILLED: Mapping[type[models.Field], Any] = {
    models.BooleanField: False,
    models.DateField: factory.LazyFunction(timezone.localdate),
    models.DateTimeField: factory.LazyFunction(timezone.now),
    models.DecimalField: factory.Sequence(lambda n: n + 1),
    models.IntegerField: factory.Sequence(lambda n: n + 1),
    models.CharField: factory.Sequence(lambda n: f"Words {n}"),
    models.TextField: factory.Sequence(lambda n: f"Words {n}"),
}


def factories_of_kinds(known: Factories) -> list[type[DjangoModelFactory]]:
    """Make a factory for every declared kind whose model has none among the known ones."""
    return [made(kind.model, known) for kind in all_kinds() if kind.model not in known]


def made(model: type[models.Model], known: Factories) -> type[DjangoModelFactory]:
    fields = {each.name: filled(each, known) for each in model._meta.concrete_fields if must_be_said(each)}
    derived: type[DjangoModelFactory] = factory.make_factory(model, FACTORY_CLASS=DjangoModelFactory, **fields)
    return derived


def must_be_said(field: Any) -> bool:
    is_the_scopes = field.name == "consortium" or field.primary_key or not field.editable
    return not is_the_scopes and not field.null and not field.has_default() and field.db_default is models.NOT_PROVIDED


def filled(field: Any, known: Factories) -> Any:
    if field.choices:
        return next(value for value, _ in field.flatchoices if value)
    if field.related_model:
        return factory.SubFactory(known.get(field.related_model) or made(field.related_model, known))
    return next(value for kind, value in FILLED.items() if isinstance(field, kind))
