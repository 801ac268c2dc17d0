"""The targets that stand beside a return's figures."""

from collections.abc import Iterable
from decimal import Decimal

from reporting.enums import AreaKind
from reporting.models import HeadlineTarget, Target

Place = tuple[str, str, str]
HEADLINES = ("headline_jsa", "headline_ib", "headline_lone_parent")


def targets_of(financial_year: str) -> dict[Place, Decimal]:
    """Return the targets of a year by (line, dimension, member); the total has two empty words.

    Where no target is set for the year, the headline lines have those of the whole programme: Table 14 for the city,
    Table 15 for each small area. Of several for one place, the highest id counts.
    """
    return {**headline_targets(), **year_targets(financial_year)}


def year_targets(financial_year: str) -> dict[Place, Decimal]:
    targets: dict[Place, Decimal] = {}
    for target in Target.objects.filter(period=financial_year).order_by("external_id"):
        place = place_of(target)
        if place:
            targets[place] = target.value
    return targets


def place_of(target: Target) -> Place | None:
    """Return the figure a target belongs to, if the return has one: the total, a target group, a ward or an LSOA."""
    if target.area_kind == AreaKind.CONSORTIUM:
        return (target.indicator, "target_group", target.group) if target.group else (target.indicator, "", "")
    if target.group or target.area_kind not in {AreaKind.WARD, AreaKind.LSOA}:
        return None
    return (target.indicator, str(target.area_kind), target.area)


def headline_targets() -> dict[Place, Decimal]:
    """Return the programme's headline targets; a small area's total is the sum of its three groups."""
    targets: dict[Place, Decimal] = {}
    sums: dict[Place, Decimal] = {}
    for each in HeadlineTarget.objects.all():
        targets[each.line, "lsoa" if each.lsoa else "", each.lsoa] = Decimal(each.value)
        if each.line in HEADLINES:
            place = ("headline_total", "lsoa" if each.lsoa else "", each.lsoa)
            sums[place] = sums.get(place, Decimal(0)) + each.value
    return {**sums, **targets}


def sum_of_areas(targets: dict[Place, Decimal], line: str) -> Decimal | None:
    """Return what a line's small areas add up to, to stand beside its headline (REP-04)."""
    areas = [value for (code, dimension, _), value in targets.items() if code == line and dimension == "lsoa"]
    return total(areas)


def total(values: Iterable[Decimal]) -> Decimal | None:
    listed = list(values)
    return sum(listed, Decimal(0)) if listed else None
