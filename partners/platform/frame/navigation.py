"""The primary navigation: apps add their areas, the frame shows those that a person's role opens."""

from dataclasses import dataclass

from partners.models import StaffMember
from partners.permissions import Capability, may


@dataclass(frozen=True)
class Area:
    """One item of the primary navigation; ``url_name`` is its front page, ``order`` its place in the role's day."""

    title: str
    url_name: str
    order: int
    capability: Capability | None = None


_areas: list[Area] = []


def add_area(area: Area) -> None:
    if area not in _areas:
        _areas.append(area)
        _areas.sort(key=lambda each: each.order)


def areas_for(staff: StaffMember) -> list[Area]:
    return [area for area in _areas if area.capability is None or may(staff, area.capability)]


def all_areas() -> list[Area]:
    return list(_areas)
