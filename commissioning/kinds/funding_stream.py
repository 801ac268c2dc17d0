"""Named sources of money (COM-01)."""

from commissioning.exchange import twice
from commissioning.kinds.words import BEGINS, KEEP, VIEW, WORK
from commissioning.models import FundingStream
from partners.models import StaffMember
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


def of_the_same_name(stream: FundingStream, staff: StaffMember) -> list[LookAlike]:
    same = FundingStream.objects.filter(name__iexact=stream.name.strip()).exclude(pk=stream.pk)
    return [LookAlike("stream", str(each.uid), each.name, KIND.address("record", each.uid)) for each in same[:3]]


KIND = RecordKind(
    model=FundingStream,
    slug="streams",
    title="Funding streams",
    singular="funding stream",
    about="Where money comes from.",
    shown=("name", "funder", "mainstream"),
    called={"mainstream": "Mainstream budget"},
    capability=VIEW,
    order=("name", "id"),
    searched=("name", "funder"),
    searches="A word of the stream's or of the funder's name.",
    is_found=True,
    begins=BEGINS,
    page="commissioning:stream",
    list_page="commissioning:streams",
    parts=WORK,
    keeps=Keeps(
        fields=("name", "funder", "mainstream"),
        may=KEEP,
        alike=of_the_same_name,
        hints={"mainstream": "Mainstream is a partner's normal budget."},
    ),
    exchange=Table(
        name="funding_streams",
        model=FundingStream,
        title="Where money comes from",
        after="centres",
        holds=("name", "funder", "mainstream"),
        set_rules=(twice("funding_streams", "name", reported="name", reason="Another stream has this name."),),
    ),
)
