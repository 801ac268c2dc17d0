"""History by database trigger (django-pghistory): every insert, update and delete, bulk ones too."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory

M = TypeVar("M", bound=type[Any])


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Keep a ``<Model>History`` row for every change of the model; ``exclude`` names columns that must not be kept.

    What the database makes of other columns is not kept: it can be made again.
    """

    def track(model: M) -> M:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude, *generated],
            model_name=f"{model.__name__}History",
        )(model)
        return model

    return track
