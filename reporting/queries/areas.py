"""Which districts, wards and LSOAs a consortium knows, so that a mistyped one does not become a line of a return."""

from difflib import get_close_matches

from django.db.models import Q

from caseload.models import ClientAddress
from employers.models import Employer
from partners.models import Centre, Postcode, PriorityArea
from partners.platform.search_keys import as_search_key
from reporting.enums import AreaKind
from reporting.models import HeadlineTarget, Target

# Where areas stand, by the column that names one of each kind.
_SOURCES = (ClientAddress, Centre, PriorityArea, Employer, Postcode)


def known_areas(kind: str) -> list[str]:
    """Return the areas of a kind that clients, centres, employers, priorities, targets or postcodes name, by name."""
    found: set[str] = set(Target.objects.filter(area_kind=kind).values_list("area", flat=True))
    for model in _SOURCES:
        if kind in {field.name for field in model._meta.concrete_fields}:
            found |= set(model.objects.exclude(**{kind: ""}).order_by().values_list(kind, flat=True).distinct())
    if kind == AreaKind.LSOA:
        found |= set(HeadlineTarget.objects.exclude(lsoa="").values_list("lsoa", flat=True))
    return sorted(found - {""})


def is_known(kind: str, area: str) -> bool:
    """Tell whether an area is known as it is written; one query for each place where it may stand."""
    if Target.objects.filter(area_kind=kind, area=area).exists():
        return True
    if kind == AreaKind.LSOA and HeadlineTarget.objects.filter(lsoa=area).exists():
        return True
    kept = [model for model in _SOURCES if kind in {field.name for field in model._meta.concrete_fields}]
    return any(model.objects.filter(Q(**{kind: area})).exists() for model in kept)


def meant(area: str, known: list[str]) -> list[str]:
    """Return the known areas that a mistyped one may be: the same but for case and spaces, or nearly, at most three."""
    key = as_search_key(area)
    by_key = {as_search_key(each): each for each in known}
    if key in by_key:
        return [by_key[key]]
    return [by_key[each] for each in get_close_matches(key, by_key, n=3, cutoff=0.75)]
