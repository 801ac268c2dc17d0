"""The register of funding streams: kind, owner, period, limits, conditions and what each is lined up with (COM-01)."""

from datetime import date, timedelta
from typing import Any

from commissioning.kinds.words import KEEP, VIEW, WORK
from commissioning.models import StreamEntry
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

SOON_DAYS = 92


def ending(entries: Any, staff: StaffMember, today: date) -> Any:
    """Streams whose money ends within a quarter."""
    return entries.filter(ends_on__gte=today, ends_on__lte=today + timedelta(days=SOON_DAYS))


KIND = RecordKind(
    model=StreamEntry,
    slug="stream-register",
    title="Register of streams",
    singular="entry of the stream register",
    about="What sort of money each stream is, whose, how long, where, for whom, and what it is lined up with.",
    one="Register entry of",
    whose=("funding_stream",),
    what="kind",
    shown=("funding_stream", "kind", "owner", "starts_on", "ends_on", "timescale", "alignment"),
    called={
        "funding_stream": "Stream",
        "kind": "Sort of money",
        "ends_on": "Until",
        "starts_on": "From",
        "areas": "In which areas",
        "groups": "For which groups",
        "alignment": "Lined up with",
    },
    capability=VIEW,
    ends="ends_on",
    day="starts_on",
    order=("funding_stream__name", "id"),
    searched=("funding_stream__name", "conditions", "areas", "groups", "alignment", "timescale"),
    searches="A word of the stream, of its conditions, areas, groups or of what it is lined up with.",
    filters=("kind", "owner"),
    begins="Add the first one here.",
    parent="funding_stream",
    parts=WORK,
    today=(
        Waiting(
            name="ending",
            one="funding stream ending within three months",
            many="funding streams ending within three months",
            rows=ending,
            capability=Capability.SEE_ALL_CONTRACTS,
            order=43,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=(
            *("funding_stream", "kind", "owner", "starts_on", "ends_on", "timescale"),
            *("areas", "groups", "conditions", "alignment", "source"),
        ),
        may=KEEP,
        hints={
            "owner": "The body that decides about the money.",
            "timescale": "In the words of the plan, where it gives no days: now, short term.",
            "areas": "Empty where it may be spent anywhere.",
            "groups": "Empty where it may be spent on anybody.",
            "alignment": "The objectives that it serves together with other money.",
            "source": "The document, and its table or section.",
        },
    ),
)
