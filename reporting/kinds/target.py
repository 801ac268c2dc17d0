"""Targets: values sought for a year or a quarter, for the whole consortium, an area or a group (REP-02)."""

from typing import Any

from partners.errors import CaseloadError
from partners.permissions import Capability
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.shapes import PERIOD
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from reporting.exchange import AREA_IS_AN_LSOA, unknown_area
from reporting.forms.measures import TargetForm
from reporting.kinds.words import (
    AREA_HINT,
    GROUP_HINT,
    WORK,
    area_name,
    group_name,
    indicator_name,
    with_group_title,
)
from reporting.models import Target

OF_ONE_PLACE = ("indicator", "area_kind", "area", "group", "period")


def one_of_a_period(target: Target) -> None:
    """Refuse a second target of the same thing and period: which of them is meant nobody could tell."""
    same = Target.objects.filter(**{name: getattr(target, name) for name in OF_ONE_PLACE})
    if same.exclude(pk=target.pk).exists():
        raise CaseloadError("There is a target of this, of this area and group, for this period.", field="period")


KEEP: Any = dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLAN)
KIND = RecordKind(
    model=Target,
    slug="targets",
    title="Targets",
    singular="target",
    one="Target of",
    about="Values sought for a year or a quarter, for the whole consortium, an area or a group.",
    shown=("indicator", "period", "area", "group", "value"),
    called={"area_kind": "Kind of area", "value": "Target"},
    said={"indicator": indicator_name, "area": area_name, "group": group_name},
    within=with_group_title,
    capability=Capability.VIEW_RETURNS,
    order=("indicator", "period", "area", "id"),
    filters=("area_kind",),
    searched=("indicator", "area", "period"),
    searches="A word of the code or the area, or a period such as 2007-08.",
    begins="Set one, or bring them with a package (targets.csv) or the pack.",
    list_page="reporting:targets",
    parts=WORK,
    keeps=Keeps(
        fields=("indicator", "area_kind", "area", "group", "period", "value"),
        may=KEEP,
        rules=(one_of_a_period,),
        asks_why=True,
        form=TargetForm,
        hints={
            "indicator": "Choose the line of the return that it is about.",
            "area": AREA_HINT,
            "group": GROUP_HINT,
            "period": "A financial year like 2007-08, or a quarter of it like 2007-08-Q1.",
        },
    ),
    exchange=Table(
        name="targets",
        model=Target,
        title="Targets, whole-consortium or by area and group",
        after="employer_events",
        holds=("indicator", "area_kind", "area", "group", shaped("period", PERIOD), "value"),
        row_rules=(AREA_IS_AN_LSOA,),
        set_rules=(unknown_area("targets"),),
    ),
)
