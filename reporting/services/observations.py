"""Recording measures taken from outside sources (REP-05)."""

from datetime import date
from decimal import Decimal

from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability, require
from reporting.models import Observation


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
