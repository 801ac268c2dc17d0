"""The kinds of record of the partnership itself: who takes part, and where."""

from partners.kinds.centre import KIND as CENTRE
from partners.kinds.organisation import KIND as ORGANISATION
from partners.kinds.post import KIND as POST
from partners.kinds.post_holder import KIND as POST_HOLDER
from partners.kinds.priority_area import KIND as PRIORITY_AREA
from partners.platform.records.kinds import RecordKind

KINDS: tuple[RecordKind, ...] = (ORGANISATION, CENTRE, PRIORITY_AREA, POST, POST_HOLDER)
