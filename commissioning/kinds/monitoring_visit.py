"""Visits to providers, planned and made (COM-14)."""

from datetime import date
from typing import Any

from commissioning.kinds.words import LINKS, OVERSEE, VIEW, WORK, in_sight
from commissioning.models import MonitoringVisit
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.changing import refuse_future
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

TONES = {"satisfactory": "good", "actions_needed": "warning", "serious_concern": "bad"}


def of_its_provider(visit: MonitoringVisit) -> None:
    if visit.contract is not None and visit.contract.provider_id != visit.provider_id:
        raise CaseloadError("Choose a contract of this provider.", field="contract")


def made_by_today(visit: MonitoringVisit) -> None:
    refuse_future(visit.visited_on, "visited_on")


def to_make(visits: Any, staff: StaffMember, today: date) -> Any:
    return visits.filter(visited_on__isnull=True, planned_on__lte=today)


KIND = RecordKind(
    model=MonitoringVisit,
    slug="visits",
    title="Monitoring visits",
    singular="monitoring visit",
    about="Visits to providers: planned, made, and with what came of them.",
    one="Visit to",
    whose=("provider",),
    what="purpose",
    shown=("planned_on", "provider", "contract", "visitor", "visited_on", "result"),
    capability=VIEW,
    within=in_sight,
    links=LINKS,
    day="planned_on",
    tones={"result": TONES},
    searched=("provider__name", "purpose", "summary"),
    searches="A word of the provider, of the purpose or of what came of it.",
    filters=("provider", "result", "visitor"),
    begins="Plan the first one here.",
    parent="contract",
    parts=WORK,
    today=(
        Waiting(
            name="to-make",
            one="monitoring visit to make, or to write up",
            many="monitoring visits to make, or to write up",
            rows=to_make,
            capability=Capability.KEEP_OVERSIGHT,
            order=46,
        ),
    ),
    keeps=Keeps(
        fields=("provider", "contract", "planned_on", "visitor", "purpose", "visited_on", "result", "summary"),
        may=OVERSEE,
        rules=(of_its_provider, made_by_today),
        hints={"visited_on": "Empty until it is made; then its result goes with it."},
    ),
)
