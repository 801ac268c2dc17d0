"""What is commissioned, from whom, out of which stream (COM-08)."""

from commissioning.exchange import twice
from commissioning.kinds.words import BEGINS, KEEP, VIEW, in_sight
from commissioning.models import Contract
from commissioning.services.money_keeping import MoneyKeeper
from partners.models import StaffMember
from partners.platform.dates import long_date
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


def of_the_same_title(contract: Contract, staff: StaffMember) -> list[LookAlike]:
    same = Contract.objects.visible_to(staff).filter(provider=contract.provider, title__iexact=contract.title.strip())
    return [
        LookAlike(
            "contract",
            str(each.uid),
            f"{each.title} of the same provider, from {long_date(each.starts_on)}",
            KIND.address("record", each.uid),
        )
        for each in same.exclude(pk=contract.pk).order_by("-starts_on")[:3]
    ]


KIND = RecordKind(
    model=Contract,
    slug="contracts",
    title="Contracts",
    singular="contract",
    about="What is commissioned, from whom, out of which stream.",
    shown=("title", "provider", "funding_stream", "starts_on", "ends_on", "value"),
    called={"starts_on": "Starts", "ends_on": "Ends"},
    capability=VIEW,
    within=in_sight,
    money=("value",),
    day="starts_on",
    ends="ends_on",
    current="Running today",
    searched=("title", "provider__name", "funding_stream__name"),
    searches="A word of the title, of the provider or of the funding stream.",
    is_found=True,
    filters=("provider", "funding_stream"),
    begins=BEGINS,
    page="commissioning:contract",
    list_page="commissioning:contracts",
    parent="funding_stream",
    keeps=Keeps(
        fields=("title", "provider", "funding_stream", "starts_on", "ends_on", "value"),
        may=KEEP,
        keeper=MoneyKeeper,
        alike=of_the_same_title,
        hints={"ends_on": "The last day on which it runs."},
    ),
    exchange=Table(
        name="contracts",
        model=Contract,
        title="What is commissioned, from whom, out of which stream",
        after="contributions",
        holds=("title", "provider_id", "funding_stream_id", "starts_on", "ends_on", money("value")),
        set_rules=(
            twice(
                "contracts",
                *("provider_id", "funding_stream_id", "title", "starts_on"),
                reported="title",
                reason="Another contract has this provider, stream, title and first day.",
            ),
        ),
    ),
)
