"""What an observation was before, and which were removed: from the history that the database keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from partners.models import StaffMember
from reporting.models import Observation

MOST = 200


@dataclass(frozen=True)
class Version:
    """What an observation was from a moment on; ``reason`` says why it became so."""

    at: datetime
    who: str
    reason: str
    was: Any
    is_removal: bool = False


def versions_of(observation: Observation) -> list[Version]:
    """Return what an observation was, the latest first: two queries."""
    rows = _history().filter(pgh_obj_id=observation.pk).order_by("-pgh_id")[:MOST]
    return _told(list(rows))


def removed() -> list[Version]:
    """Return the observations that were removed and not put back, the latest first."""
    here = Observation.objects.values("pk")
    rows = _history().filter(pgh_label="delete").exclude(pgh_obj_id__in=here).order_by("-pgh_id")[:MOST]
    latest: dict[int, Any] = {}
    for row in rows:
        latest.setdefault(row.pgh_obj_id, row)
    return _told(list(latest.values()))


def _history() -> Any:
    return apps.get_model("reporting", "ObservationHistory").objects


def _told(rows: list[Any]) -> list[Version]:
    contexts = [row.pgh_context or {} for row in rows]
    staff = {each.get("staff") for each in contexts} - {None}
    names = dict(StaffMember.objects.filter(pk__in=staff).values_list("pk", "name"))
    return [
        Version(
            at=row.pgh_created_at,
            who=names.get(context.get("staff") or 0, "A package or the system"),
            reason=str(context.get("reason") or ""),
            was=row,
            is_removal=row.pgh_label == "delete",
        )
        for row, context in zip(rows, contexts, strict=True)
    ]
