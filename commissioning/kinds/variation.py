"""Changes of contracts that were asked for, decided and numbered (COM-09)."""

from datetime import date
from typing import Any

from commissioning.enums import VariationState
from commissioning.kinds.words import LINKS, VIEW, in_sight
from commissioning.models import Variation
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting


def to_decide(variations: Any, staff: StaffMember, today: date) -> Any:
    """Those that somebody else asked for and nobody decided."""
    return variations.filter(state=VariationState.ASKED).exclude(asked_by=staff)


KIND = RecordKind(
    model=Variation,
    slug="variations",
    title="Variations",
    singular="variation",
    about="Changes of profiles, values and last days of contracts: asked for by one, decided by another, numbered.",
    shown=("contract", "number", "reason", "text", "asked_by", "state", "decided_by"),
    called={"text": "What changes", "asked_by": "Asked by", "decided_by": "Decided by"},
    capability=VIEW,
    within=in_sight,
    money=("old_value", "new_value"),
    tones={"state": {"asked": "waiting", "approved": "good", "refused": "bad"}},
    one="Variation of",
    whose=("contract",),
    what="reason",
    searched=("contract__title", "text"),
    searches="A word of the contract's title, or of what changes.",
    filters=("state", "reason", "contract"),
    begins="Open the profile of a contract to ask for one.",
    links=LINKS,
    page="commissioning:variation",
    list_page="commissioning:variations",
    parent="contract",
    today=(
        Waiting(
            name="to-decide",
            one="variation of a contract to decide",
            many="variations of contracts to decide",
            rows=to_decide,
            capability=Capability.KEEP_MONEY,
            order=39,
        ),
    ),
)
