"""Constraints are asked before a record is stored: each must speak of what Django can put values in place of."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db.migrations.state import ModelState
from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint

from caseload.models import Activity, Assessment, Client, ClientCircumstance, Consent, Job
from commissioning.models import ContractProfile
from employers.models import Vacancy
from partners.errors import CaseloadError
from partners.platform.records.changing import check
from partners.platform.tenancy.constraints import Speaking
from reporting.models import Observation

OURS = {"partners", "employers", "commissioning", "caseload", "reporting"}


def names_in(part: Any) -> Iterator[str]:
    """Yield every field that an expression or condition names."""
    if isinstance(part, F):
        yield part.name
    elif isinstance(part, Q):
        for child in part.children:
            if isinstance(child, tuple):
                yield child[0].split("__")[0]
                yield from names_in(child[1])
            else:
                yield from names_in(child)
    elif hasattr(part, "get_source_expressions"):
        for each in part.get_source_expressions():
            yield from names_in(each)


def parts_of(constraint: Any) -> list[Any]:
    if isinstance(constraint, CheckConstraint):
        return [constraint.condition]
    if isinstance(constraint, UniqueConstraint):
        return [constraint.condition, *constraint.expressions, *(F(name) for name in constraint.fields)]
    return [constraint.condition, *(F(e) if isinstance(e, str) else e for e, _ in constraint.expressions)]


@pytest.mark.parametrize(
    ("model", "constraint"),
    [
        pytest.param(model, constraint, id=constraint.name)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for constraint in model._meta.constraints
    ],
)
def test_a_constraint_names_fields_not_columns(model: Any, constraint: Any) -> None:
    names = {name for part in parts_of(constraint) for name in names_in(part)}

    assert names
    assert names <= {field.name for field in model._meta.local_concrete_fields}


def of_models() -> Iterator[tuple[type[Model], Speaking]]:
    for model in apps.get_models():
        yield from ((model, each) for each in model._meta.constraints if isinstance(each, Speaking))


def test_what_a_constraint_is_about_is_a_field_of_its_model() -> None:
    found = [(model, name) for model, constraint in of_models() for name in constraint.about]

    assert len(found) > 50
    for model, name in found:
        model._meta.get_field(name)


def test_a_migration_knows_a_constraint_that_speaks_as_one_of_django() -> None:
    states = {
        each.name: each for model, _ in of_models() for each in ModelState.from_model(model).options["constraints"]
    }

    for _model, constraint in of_models():
        path, _args, options = constraint.deconstruct()
        assert path.startswith("django.")
        assert not {"about", "wrong", "told", "columns"} & options.keys()
        assert states[constraint.name] == constraint


@pytest.mark.parametrize(
    ("record", "field", "sentence"),
    [
        (Job(hours_per_week=200), "hours_per_week", "A week has 168 hours."),
        (Job(hourly_wage=-1), "hourly_wage", "Enter a number of 0 or more."),
        (Vacancy(posts=-2), "posts", "Enter a number of 0 or more."),
        (Vacancy(hours_per_week=169), "hours_per_week", "A week has 168 hours."),
        (Activity(length_minutes=1441), "length_minutes", "Enter a number of minutes from 0 to 1440."),
        (Assessment(score=11), "score", "A score is a whole number from 1 to 10."),
        (ClientCircumstance(kind="status", code="jsa"), "code", "A benefit goes with a benefit code"),
        (
            Client(registered_on=date(1950, 1, 1), date_of_birth=date(1990, 1, 1)),
            "date_of_birth",
            "The day of registration must be on or after the date of birth.",
        ),
        (
            Consent(given_on=date(2007, 5, 2), expires_on=date(2007, 5, 1)),
            "expires_on",
            "The end must be on or after the day it was given.",
        ),
        (ContractProfile(month=date(2007, 4, 2)), "month", "Give the first day of the month."),
        (Observation(area_kind="ward"), "area", "Name the area."),
    ],
)
def test_a_sentence_stands_beside_the_field_it_is_about(db: None, record: Model, field: str, sentence: str) -> None:
    with pytest.raises(CaseloadError) as refusal:
        check(record)

    assert any(said.startswith(sentence) for said in refusal.value.fields[field])
