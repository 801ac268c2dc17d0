"""Standards that providers hold, and what inspections said (COM-18)."""

from commissioning.kinds.words import OVERSEE, VIEW, WORK, in_sight
from commissioning.models import QualityStandard
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=QualityStandard,
    slug="quality-standards",
    title="Quality standards",
    singular="quality standard",
    about="Standards that providers hold, and what inspections said, with their dates.",
    one="Standard of",
    whose=("provider",),
    what="title",
    shown=("title", "provider", "kind", "result", "awarded_on", "expires_on"),
    capability=VIEW,
    within=in_sight,
    day="awarded_on",
    ends="expires_on",
    current="Held today",
    over="Run out",
    searched=("provider__name", "title", "result"),
    searches="A word of the provider, of the standard or of the result.",
    filters=("provider", "kind"),
    begins="Add the first one here.",
    parts=WORK,
    keeps=Keeps(
        fields=("provider", "kind", "title", "result", "awarded_on", "expires_on"),
        may=OVERSEE,
        past=("awarded_on",),
        hints={"result": "As Held, Good, Requires improvement.", "expires_on": "Empty where it does not run out."},
    ),
)
