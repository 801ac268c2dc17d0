"""What contracts pay for: a price for each output, with its cap and its days (COM-08)."""

from typing import Any

from commissioning.enums import TermItem
from commissioning.kinds.words import KEEP, LINKS, VIEW, WORK, in_sight
from commissioning.models import ContractTerm
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.exchange.columns import money
from partners.platform.exchange.declarations import Table
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.lookalikes import LookAlike


def priced(term: ContractTerm) -> None:
    """An output without a price is left out of every claim; spend is paid as it was spent and has none."""
    if term.item == TermItem.SPEND and (term.unit_price is not None or term.cap is not None):
        raise CaseloadError("Spend is paid as it was spent: leave the price and “at most” empty.", field="unit_price")
    if term.item != TermItem.SPEND and term.unit_price is None:
        raise CaseloadError("Enter what one of them is paid.", field="unit_price")


def at_the_same_time(term: ContractTerm, staff: StaffMember) -> list[LookAlike]:
    """Return the terms for the same thing that share a day: of several, the one that began last counts."""
    same: Any = ContractTerm.objects.filter(contract=term.contract, item=term.item).exclude(pk=term.pk)
    if term.to_date:
        same = same.exclude(from_date__gt=term.to_date)
    if term.from_date:
        same = same.exclude(to_date__lt=term.from_date)
    return [
        LookAlike("term", str(each.uid), f"{each} at the same time", KIND.address("record", each.uid))
        for each in same.select_related("contract").order_by("pk")[:3]
    ]


KIND = RecordKind(
    model=ContractTerm,
    slug="terms",
    title="Payment terms",
    singular="payment term",
    about="What contracts pay for each output, up to how many, and when; one without any is paid what it spends.",
    shown=("contract", "item", "unit_price", "cap", "from_date", "to_date"),
    capability=VIEW,
    day="from_date",
    order=("contract__title", "item", "from_date", "id"),
    searched=("contract__title",),
    searches="A word of the contract's title.",
    begins="Add the first one here, or bring them with an exchange package.",
    money=("unit_price",),
    one="Payment term of",
    whose=("contract",),
    what="item",
    within=in_sight,
    filters=("contract", "item"),
    links=LINKS,
    parent="contract",
    parts=WORK,
    keeps=Keeps(
        fields=("contract", "item", "unit_price", "cap", "from_date", "to_date"),
        may=KEEP,
        rules=(priced,),
        alike=at_the_same_time,
        asks_why=True,
        hints={
            "unit_price": "Pounds for each. Empty for spend, which is paid as it was spent.",
            "cap": "How many are paid in all. Empty for as many as there are.",
            "from_date": "The first day on which an output is paid by this term. Empty for the contract's first day.",
            "to_date": "The last such day. Empty while it goes on.",
        },
    ),
    exchange=Table(
        name="contract_terms",
        model=ContractTerm,
        title="What a contract pays for an output; a contract without terms is paid its actual spend",
        since="1.1",
        holds=("contract_id", "item", money("unit_price"), "cap", "from_date", "to_date"),
    ),
)
