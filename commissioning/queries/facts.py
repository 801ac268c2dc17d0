"""What a contract says besides its money: status, payment model, streams, clauses, and what still waits on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from commissioning.enums import ActState, Clause, ContractStatus, TermItem, VariationState
from commissioning.models import Contract, ContractClause, ContractFacts, Expenditure, LedgerAct, Variation
from partners.platform.frame.tags import money

NOTHING = Decimal(0)
MILESTONES = {TermItem.SUSTAINED_13W, TermItem.SUSTAINED_26W, TermItem.SUSTAINED_52W}
OVER = {ContractStatus.ENDED, ContractStatus.ENDED_EARLY}


def facts_of(contract: Contract) -> ContractFacts | None:
    found: ContractFacts | None = contract.facts.first()
    return found


def status_of(contract: Contract, facts: ContractFacts | None, *, today: date) -> tuple[str, str]:
    """Say in words where a contract stands, with the tone of its tag; its days say so where nobody does."""
    tones = {"draft": "waiting", "suspended": "warning", "ended_early": "bad", "ended": "quiet"}
    if facts is not None:
        return facts.get_status_display(), tones.get(facts.status, "good")
    if contract.ends_on < today:
        return "Ended", "quiet"
    return ("Running", "good") if contract.starts_on <= today else ("Not begun", "waiting")


def last_day(contract: Contract, facts: ContractFacts | None) -> date:
    """Return the last day on which a contract runs: of one that ended early, that day."""
    early = facts is not None and facts.status == ContractStatus.ENDED_EARLY and facts.status_on
    return min(contract.ends_on, facts.status_on) if early and facts and facts.status_on else contract.ends_on


def payment_model(items: Sequence[tuple[str, int | None]]) -> str:
    """Say how a contract pays, from its terms; without one, what it spends (KPIS.md, "The claim")."""
    said = {item for item, _cap in items}
    named = [
        ("unit price", TermItem.JOB_START in said),
        ("milestones", bool(said & MILESTONES)),
        ("actual cost", TermItem.SPEND in said or not said),
    ]
    parts = [word for word, holds in named if holds]
    capped = ", capped" if any(cap is not None for _item, cap in items) else ""
    whole = f"{'mix of ' if len(parts) > 1 else ''}{', '.join(parts)}{capped}"
    return whole[:1].upper() + whole[1:]


@dataclass(frozen=True)
class Streams:
    """Out of which streams a contract is paid: pounds by name, the sum, and what of the value nobody pays."""

    rows: list[tuple[str, Decimal, bool]]
    difference: Decimal

    @property
    def total(self) -> Decimal:
        return sum((amount for _name, amount, _own in self.rows), NOTHING)


def streams_of(contract: Contract, facts: ContractFacts | None) -> Streams:
    """Return a contract's streams, its own first; without an amount of its own it pays what the others leave."""
    further = [(str(each.funding_stream), each.amount, False) for each in _further(contract)]
    left = contract.value - sum((amount for _name, amount, _own in further), NOTHING)
    own = facts.own_amount if facts is not None and facts.own_amount is not None else left
    return Streams([(str(contract.funding_stream), own, True), *further], left - own)


def _further(contract: Contract) -> list[Any]:
    return list(contract.further_streams.select_related("funding_stream").order_by("-amount", "pk"))


@dataclass(frozen=True)
class Checked:
    """A clause of the checklist with what was found; None: nobody looked at it."""

    title: str
    code: str
    found: ContractClause | None


def checklist(contract: Contract) -> list[Checked]:
    found: Any = contract.clauses.all()
    looked_at = {each.clause: each for each in found}
    return [Checked(str(title), code, looked_at.get(code)) for code, title in Clause.choices]


WAITING = {
    "variations_asked": ("variation to decide", "variations to decide"),
    "acts_asked": ("allocation or payment to approve", "allocations or payments to approve"),
    "unpaid": ("line of spend that is not paid", "lines of spend that are not paid"),
}
TOLD = ("status", "status_on", "status_reason", "areas", "groups", "lots", "delivery", "own_amount")


def with_facts(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Return contracts with what is said of them and how much waits on them, in their own statement."""
    said = ContractFacts.objects.filter(contract=OuterRef("pk")).annotate(said=JSONObject(**{n: n for n in TOLD}))
    unpaid = Q(defrayed_on__isnull=True) & ~Q(eligible=False)
    found: QuerySet[Contract] = contracts.annotate(
        facts_said=Subquery(said.values("said")[:1]),
        variations_asked=_how_many(Variation, Q(state=VariationState.ASKED)),
        acts_asked=_how_many(LedgerAct, Q(state=ActState.ASKED)),
        unpaid=_how_many(Expenditure, unpaid),
    )
    return found


def _how_many(model: Any, which: Q) -> Subquery:
    rows = model.objects.filter(which, contract=OuterRef("pk")).order_by().values("contract")
    return Subquery(rows.annotate(number=Count("pk")).values("number"))


def facts_said(contract: Any) -> ContractFacts | None:
    """Return the facts of a contract that was fetched :func:`with_facts`; they are not to be stored."""
    said = contract.facts_said
    if not said:
        return None
    day = date.fromisoformat(said["status_on"]) if said["status_on"] else None
    amount = None if said["own_amount"] is None else Decimal(str(said["own_amount"]))
    return ContractFacts(contract=contract, **{**said, "status_on": day, "own_amount": amount})


def items_waiting(contract: Any) -> list[str]:
    """Say what still waits on a contract that was fetched :func:`with_facts`: what was asked for, and unpaid spend."""
    found = [(getattr(contract, name) or 0, words) for name, words in WAITING.items()]
    return [f"{number:,} {words[number != 1]}" for number, words in found if number]


def in_words(streams: Streams) -> str:
    """Say by how much the streams of a contract differ from its value; nothing where they sum to it."""
    if not streams.difference:
        return ""
    word = "less" if streams.difference > 0 else "more"
    return f"The streams sum to {money(abs(streams.difference))} {word} than the contract is worth."
