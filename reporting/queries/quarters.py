"""Which quarters a consortium can ask for."""

from datetime import date

from django.db.models import Max, Min

from caseload.models import Client, StageEvent
from partners.models import Consortium
from reporting.counting.windows import Quarter


def quarters_to_offer(consortium: Consortium, *, today: date) -> list[Quarter]:
    """Return the quarters from the programme's start, or the first registration, to this one, newest first."""
    first_day = consortium.programme_start or Client.objects.aggregate(first=Min("registered_on"))["first"] or today
    quarter, first = Quarter.of(today), Quarter.of(first_day)
    offered = [quarter]
    while quarter > first and len(offered) < 200:
        quarter = quarter.before
        offered.append(quarter)
    return offered


def quarter_to_suggest(*, today: date) -> Quarter:
    """Return the quarter of the latest step recorded, if it is over, or the last that is."""
    latest = StageEvent.objects.filter(occurred_on__lte=today).aggregate(latest=Max("occurred_on"))["latest"]
    last = Quarter.of(today).before
    return min(Quarter.of(latest), last) if latest else last
