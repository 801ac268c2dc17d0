"""Constraints are asked before a record is stored: each must speak of what Django can put values in place of."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

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
