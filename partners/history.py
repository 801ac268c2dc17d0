"""History by database trigger (django-pghistory): every insert, update and delete, bulk ones too."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pghistory

M = TypeVar("M", bound=type[Any])


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Keep a ``<Model>History`` row for every change of the model; ``exclude`` names columns that must not be kept."""

    def track(model: M) -> M:
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude),
            model_name=f"{model.__name__}History",
        )(model)
        return model

    return track
