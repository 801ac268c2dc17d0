"""Priority areas: the small areas that the strategy singles out."""

from partners.enums import Scope
from partners.models import PriorityArea
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=PriorityArea,
    slug="priority-areas",
    title="Priority areas",
    singular="priority area",
    one="Priority area in",
    about="The small areas, wards and neighbourhoods that the strategy singles out.",
    shown=("kind", "name", "lsoa", "ward", "district", "note"),
    capability=Capability.VIEW_RETURNS,
    order=("district", "ward", "lsoa", "name", "id"),
    filters=("kind",),
    searched=("name", "lsoa", "ward", "district"),
    searches="A word of the name, the ward or the district, or the code of the LSOA.",
    is_found=True,
    api=Scope.PLACES_READ,
    begins="Add the first one here; they also come with the pack.",
    parts="Work on places",
    keeps=Keeps(
        fields=("kind", "lsoa", "ward", "district", "name", "note", "source"),
        may=dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_PLACES),
        asks_why=True,
        hints={"source": "Where the strategy names it: the document, then the section."},
    ),
)
