"""The primary navigation and the search box: apps register theirs, the frame shows what a person's role opens."""

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


@dataclass(frozen=True)
class Search:
    """What the search box of every page finds: ``url_name`` is the list that is given the words as ``q``."""

    title: str
    hint: str
    url_name: str
    order: int
    capability: Capability | None = None


_areas: list[Area] = []
_searches: list[Search] = []


def register(area: Area) -> None:
    if area not in _areas:
        _areas.append(area)
        _areas.sort(key=lambda each: each.order)


def areas_for(staff: StaffMember) -> list[Area]:
    return [area for area in _areas if area.capability is None or may(staff, area.capability)]


def register_search(search: Search) -> None:
    if search not in _searches:
        _searches.append(search)
        _searches.sort(key=lambda each: each.order)


def search_for(staff: StaffMember) -> Search | None:
    """Return the first search this person's role opens: one box, for whom they look most often."""
    return next((each for each in _searches if each.capability is None or may(staff, each.capability)), None)
