"""What the money of a stream may be spent on, and when (COM-01)."""

from commissioning.kinds.words import BEGINS, KEEP, VIEW, WORK
from commissioning.models import StreamTerm
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=StreamTerm,
    slug="stream-terms",
    title="Terms of streams",
    singular="term of a stream",
    about="What the money of a stream may be spent on, and when. A stream without terms pays everything.",
    one="Term of",
    whose=("funding_stream",),
    what="category",
    shown=("funding_stream", "category", "starts_on", "ends_on", "areas", "groups"),
    called={
        "funding_stream": "Stream",
        "category": "Category of spend",
        "starts_on": "From",
        "ends_on": "Until",
        "areas": "In which areas",
        "groups": "For which groups",
    },
    capability=VIEW,
    ends="ends_on",
    day="starts_on",
    order=("funding_stream__name", "category", "id"),
    searched=("funding_stream__name", "category", "areas", "groups", "conditions"),
    searches="A word of the stream or of the term.",
    filters=("funding_stream",),
    begins=BEGINS.replace(", or bring them with an exchange package", ""),
    parent="funding_stream",
    parts=WORK,
    keeps=Keeps(
        fields=("funding_stream", "category", "starts_on", "ends_on", "areas", "groups", "conditions"),
        may=KEEP,
        hints={
            "category": "As spend names it. Blank: every category.",
            "areas": "For whoever approves: spend does not say its area.",
            "groups": "For whoever approves: spend does not say its group.",
            "ends_on": "The last day on which spend may be incurred.",
        },
    ),
)
