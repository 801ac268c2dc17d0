"""Recording, correcting and removing measures taken from outside sources (REP-05)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
from django.apps import apps
from django.db import transaction

from partners.errors import CaseloadError, ChangedMeanwhile
from partners.models import StaffMember
from partners.permissions import Capability, require
from partners.platform.records.changing import change
from reporting.models import Observation

KEPT = ("indicator", "area_kind", "area", "group", "as_at", "value", "source")


def record_observation(
    *,
    by: StaffMember,
    indicator: str,
    area_kind: str,
    area: str,
    group: str,
    as_at: date,
    value: Decimal,
    source: str,
) -> Observation:
    """Record one observation. A second one of the same thing and day would make the figure a matter of chance."""
    require(by, Capability.RECORD_OBSERVATIONS)
    same = Observation.objects.filter(indicator=indicator, area_kind=area_kind, area=area, group=group, as_at=as_at)
    if same.exists():
        raise CaseloadError("There is an observation of this, of this area and group, for this day.", field="as_at")
    observation: Observation = Observation.objects.create(
        indicator=indicator, area_kind=area_kind, area=area, group=group, as_at=as_at, value=value, source=source
    )
    return observation


def correct_observation(
    observation: Observation, *, version: int, values: Mapping[str, Any], reason: str, by: StaffMember
) -> Observation:
    """Put an observation right; what it was, who changed it and why stay in its history. Returns count the new value.

    :raises CaseloadError: another one says the same of that day
    :raises ChangedMeanwhile: somebody else changed it since it was opened
    """
    require(by, Capability.RECORD_OBSERVATIONS)
    same = Observation.objects.filter(**{name: values[name] for name in ("indicator", "area_kind", "area", "group")})
    if same.filter(as_at=values["as_at"]).exclude(pk=observation.pk).exists():
        raise CaseloadError("There is an observation of this, of this area and group, for this day.", field="as_at")
    with pghistory.context(reason=reason):
        return change(observation, version=version, values={name: values[name] for name in KEPT})


def remove_observation(observation: Observation, *, version: int, reason: str, by: StaffMember) -> None:
    """Take an observation out of every figure; its history keeps it, so that it can be put back."""
    require(by, Capability.RECORD_OBSERVATIONS)
    with transaction.atomic(), pghistory.context(reason=reason):
        current: Observation | None = Observation.objects.select_for_update().filter(pk=observation.pk).first()
        if current is None or current.version != version:
            raise ChangedMeanwhile
        current.delete()


def put_back_observation(pk: int, *, by: StaffMember) -> Observation:
    """Restore a removed observation as it was, under its own reference.

    :raises CaseloadError: it is there, or another one says the same of that day by now
    """
    require(by, Capability.RECORD_OBSERVATIONS)
    history = apps.get_model("reporting", "ObservationHistory")
    last = history.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").first()
    if last is None or Observation.objects.filter(pk=pk).exists():
        raise CaseloadError("This observation is there already.")
    facts = {name: getattr(last, name) for name in KEPT}
    same = {name: facts[name] for name in ("indicator", "area_kind", "area", "group", "as_at")}
    if Observation.objects.filter(**same).exists():
        raise CaseloadError("There is another observation of this, of this area and group, for this day by now.")
    observation = Observation(
        pk=pk,
        uid=last.uid,
        external_id=last.external_id,
        recorded_at=last.recorded_at,
        version=last.version + 1,
        **facts,
    )
    observation.save(force_insert=True)
    return observation
