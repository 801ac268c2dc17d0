"""Employer events held in centres (EMP-15)."""

from django.utils import timezone

from employers.models import EmployerEvent
from partners.enums import Scope
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.dates import long_date
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike

MOST_ALIKE = 3


def attended_once_held(event: EmployerEvent) -> None:
    if event.attendance is not None and event.held_on > timezone.localdate():
        said = f"Leave the attendance empty until the event is held, on {long_date(event.held_on)}."
        raise CaseloadError(said, field="attendance")


def same_day_alike(event: EmployerEvent, staff: StaffMember) -> list[LookAlike]:
    same = EmployerEvent.objects.filter(centre=event.centre, held_on=event.held_on).exclude(pk=event.pk)
    return [
        LookAlike(
            "event",
            str(each.uid),
            f"{each.title} of {long_date(each.held_on)} in the same centre",
            KIND.address("record", each.uid),
        )
        for each in same.order_by("title")[:MOST_ALIKE]
    ]


LOG = Capability.LOG_EMPLOYERS
KIND = RecordKind(
    model=EmployerEvent,
    slug="events",
    title="Employer events",
    one="Event in",
    whose=("centre",),
    singular="employer event",
    about="Events for employers held in centres.",
    shown=("title", "centre", "held_on", "attendance"),
    called={"attendance": "People who came"},
    capability=Capability.VIEW_EMPLOYERS,
    day="held_on",
    searched=("title", "centre__name"),
    searches="A word of the title or of the centre's name.",
    is_found=True,
    api=Scope.EMPLOYERS_READ,
    begins="Add the first one here, or bring them with an exchange package.",
    filters=("centre",),
    parent="centre",
    parts="Work with employers",
    keeps=Keeps(
        fields=("title", "centre", "held_on", "attendance"),
        may={Verb.ADD: LOG, Verb.CHANGE: LOG, Verb.REMOVE: LOG},
        rules=(attended_once_held,),
        alike=same_day_alike,
        hints={"held_on": "An event can be planned ahead.", "attendance": "Filled in after the event."},
    ),
    exchange=Table(
        name="employer_events",
        model=EmployerEvent,
        title="Employer events held in a centre",
        after="vacancies",
        holds=("centre_id", "title", "held_on", "attendance"),
    ),
)
