"""Training and employment centres and multi-agency localities (PAR-06)."""

from partners.enums import Scope
from partners.models import Centre
from partners.permissions import Capability
from partners.platform.exchange.columns import shaped
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.shapes import LSOA
from partners.platform.records.keeping import Keeps, Verb
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=Centre,
    slug="centres",
    title="Centres",
    singular="centre",
    one="Centre in",
    about="Training and employment centres and multi-agency localities.",
    shown=("name", "kind", "ward", "opened_on", "closed_on", "baseline"),
    called={
        "opened_on": "Opened on",
        "closed_on": "Closed on",
        "baseline": "There before the programme",
    },
    capability=Capability.VIEW_EMPLOYERS,
    day="opened_on",
    ends="closed_on",
    current="Open today",
    order=("name", "id"),
    filters=("kind",),
    searched=("name", "ward"),
    searches="A word of the centre's name or ward.",
    is_found=True,
    api=Scope.PLACES_READ,
    begins="Add the first one here, or bring them with an exchange package.",
    parts="Work on places",
    keeps=Keeps(
        fields=("name", "kind", "ward", "lsoa", "opened_on", "closed_on", "baseline"),
        may=dict.fromkeys(Verb, Capability.KEEP_PLACES),
        past=("opened_on",),
        ending="closed_on",
        hints={
            "lsoa": "The code of the small area it stands in, such as E01013664.",
            "baseline": "A centre that was there before the programme is none that it opened.",
        },
    ),
    exchange=Table(
        name="centres",
        model=Centre,
        title="Training and employment centres and multi-agency localities",
        after="staff",
        holds=("name", "kind", "ward", shaped("lsoa", LSOA), "opened_on", "closed_on", "baseline"),
    ),
)
