"""Copies of papers for partners' audit committees (BCBC 4.4)."""

from datetime import date
from typing import Any

from commissioning.kinds.words import OVERSEE, OVERSIGHT, WORK
from commissioning.models import CommitteeCopy
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting


def to_send(copies: Any, staff: StaffMember, today: date) -> Any:
    return copies.filter(sent_on__isnull=True, due_on__lte=today)


KIND = RecordKind(
    model=CommitteeCopy,
    slug="committee-copies",
    title="Audit committee copies",
    singular="audit committee copy",
    about="Which papers the audit committees of partners have, or are to have.",
    one="Copy for",
    whose=("committee",),
    what="paper",
    shown=("paper", "committee", "of_day", "due_on", "sent_on"),
    capability=OVERSIGHT,
    day="of_day",
    searched=("paper", "committee__name"),
    searches="A word of the paper or of the partner.",
    filters=("committee",),
    begins="Add the first one here.",
    parts=WORK,
    today=(
        Waiting(
            name="to-send",
            one="paper to send to an audit committee",
            many="papers to send to audit committees",
            rows=to_send,
            capability=Capability.KEEP_OVERSIGHT,
            order=51,
        ),
    ),
    keeps=Keeps(
        fields=("paper", "committee", "of_day", "due_on", "sent_on"),
        may=OVERSEE,
        past=("sent_on",),
        hints={"sent_on": "Empty until it is sent."},
    ),
)
