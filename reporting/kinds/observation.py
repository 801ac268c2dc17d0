"""Observations: measures taken from outside sources, such as published claimant counts (REP-05)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting
from reporting.exchange import AREA_IS_AN_LSOA, unknown_area
from reporting.forms.measures import ObservationForm
from reporting.kinds.words import (
    AREA_HINT,
    GROUP_HINT,
    WORK,
    area_name,
    group_name,
    indicator_name,
    with_group_title,
)
from reporting.models import Observation

OF_ONE_DAY = ("indicator", "area_kind", "area", "group", "as_at")


def one_of_a_day(observation: Observation) -> None:
    """Refuse a second one of the same thing and day: which of them is the figure would be a matter of chance."""
    same = Observation.objects.filter(**{name: getattr(observation, name) for name in OF_ONE_DAY})
    if same.exclude(pk=observation.pk).exists():
        raise CaseloadError("There is an observation of this, of this area and group, for this day.", field="as_at")


OLD_DAYS = 183


def out_of_date(observations: Any, staff: StaffMember, today: date) -> Any:
    """The last known one of each measure of which nothing newer than half a year is known."""
    measure = {name: OuterRef(name) for name in ("consortium", *OF_ONE_DAY) if name != "as_at"}
    newer = Q(as_at__gt=OuterRef("as_at")) | Q(as_at=OuterRef("as_at"), pk__gt=OuterRef("pk"))
    old = observations.filter(as_at__lt=today - timedelta(days=OLD_DAYS))
    return old.exclude(Exists(Observation.objects.filter(newer, **measure)))


KEEP: Any = dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.RECORD_OBSERVATIONS)
KIND = RecordKind(
    model=Observation,
    slug="observations",
    title="Observations",
    singular="observation",
    one="Observation of",
    about="Measures taken from outside sources, such as published claimant counts.",
    shown=("indicator", "as_at", "area", "group", "value", "source"),
    called={"as_at": "As at", "area_kind": "Kind of area"},
    said={"indicator": indicator_name, "area": area_name, "group": group_name},
    within=with_group_title,
    capability=Capability.VIEW_RETURNS,
    day="as_at",
    order=("-as_at", "-id"),
    filters=("area_kind",),
    searched=("indicator", "area", "source"),
    searches="A word of the code, the area or the source.",
    begins="Record one, or bring them in with a package (observations.csv).",
    list_page="reporting:observations",
    marks_corrected=True,
    parts=WORK,
    today=(
        Waiting(
            name="old",
            one="observation more than half a year old",
            many="observations more than half a year old",
            rows=out_of_date,
            capability=Capability.RECORD_OBSERVATIONS,
            order=51,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=("indicator", "area_kind", "area", "group", "as_at", "value", "source"),
        may=KEEP,
        past=("as_at",),
        rules=(one_of_a_day,),
        asks_why=True,
        form=ObservationForm,
        hints={
            "indicator": "Choose a code from the list, or begin one of your own with local_: local_childcare_places.",
            "area": AREA_HINT,
            "group": GROUP_HINT,
            "as_at": "For example 3 Jul 2007 or 3/7/07.",
            "source": "Where the number was published, and when.",
        },
    ),
    exchange=Table(
        name="observations",
        model=Observation,
        title="Measures taken from outside sources, such as published claimant counts",
        after="targets",
        holds=("indicator", "area_kind", "area", "group", "as_at", "value", "source"),
        row_rules=(AREA_IS_AN_LSOA,),
        set_rules=(unknown_area("observations"),),
    ),
)
