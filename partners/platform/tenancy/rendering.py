"""Migrating in a third of the time.

Django draws a model anew after each operation on it, with all that are related to it, at any distance. Here every table
belongs to a consortium, so that is every model for every operation. Drawn anew are the model and those that refer to
it or are made from it; the state counts as delayed, so that an operation that runs our own code has all drawn anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]


@contextmanager
def fewer_models_drawn() -> Iterator[None]:
    with patch.object(ProjectState, "_find_reload_model", model_and_those_that_refer_to_it):
        yield


def model_and_those_that_refer_to_it(state: ProjectState, app_label: str, model_name: str, *_delay: bool) -> set[Key]:
    state.is_delayed = True
    key = (app_label, model_name)
    return {key, *(other for other, drawn in state.models.items() if refers(drawn, other, key))}


def refers(drawn: ModelState, own: Key, key: Key) -> bool:
    made_from = (base.lower() for base in drawn.bases if isinstance(base, str))
    if ".".join(key) in made_from:
        return True
    related = (field.related_model for field in drawn.fields.values() if field.is_relation and field.related_model)
    return any(resolve_relation(model, *own) == key for model in related)
