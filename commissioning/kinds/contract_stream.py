"""Further streams that pay for a part of a contract (COM-08)."""

from commissioning.exchange import twice
from commissioning.kinds.words import KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import ContractStream
from partners.errors import CaseloadError
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import Table
from partners.platform.frame.tags import money as pounds
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind


def another_than_its_own(further: ContractStream) -> None:
    if further.funding_stream_id == further.contract.funding_stream_id:
        said = "This is the contract's own stream. Its amount stands with the status of the contract."
        raise CaseloadError(said, field="funding_stream")


def no_more_than_the_value(further: ContractStream) -> None:
    others = further.contract.further_streams.exclude(pk=further.pk).values_list("amount", flat=True)
    if (left := further.contract.value - sum(others)) < further.amount:
        said = f"Enter no more than {pounds(max(left, 0))}: that is left of the contract's value."
        raise CaseloadError(said, field="amount")


KIND = RecordKind(
    model=ContractStream,
    slug="contract-streams",
    title="Further streams",
    singular="further stream",
    about="Streams that pay for a part of a contract, beside the one that pays and claims.",
    shown=("contract", "funding_stream", "amount"),
    called={"funding_stream": "Stream"},
    capability=VIEW,
    within=in_sight,
    money=("amount",),
    one="Further stream of",
    whose=("contract",),
    what="funding_stream",
    order=("contract__title", "id"),
    searched=("contract__title", "funding_stream__name"),
    searches="A word of the contract's title or of the stream.",
    filters=("funding_stream", "contract"),
    begins="Add the first one here, or bring them with an exchange package.",
    links=LINKS,
    parent="contract",
    parts=WORK,
    keeps=Keeps(
        fields=("contract", "funding_stream", "amount"),
        may=KEEP,
        rules=(another_than_its_own, no_more_than_the_value),
    ),
    exchange=Table(
        name="contract_streams",
        model=ContractStream,
        title="Further streams that pay for a part of a contract; its own one pays and claims",
        after="contract_clauses",
        holds=("contract_id", "funding_stream_id", money("amount")),
        set_rules=(
            twice(
                *("contract_streams", "contract_id", "funding_stream_id"),
                reported="funding_stream_id",
                reason="Another row has this contract and stream.",
            ),
        ),
        is_extra=True,
    ),
)
