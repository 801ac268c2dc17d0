"""What the books of a stream, or of a contract in it, say: sums by financial year, and what is overspent. Pounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from commissioning.enums import AccountKind, PostingKind
from commissioning.models import Contract, LedgerAccount, LedgerTransaction
from partners.models import StaffMember

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Standing:
    """How a pot stands: each figure is a sum of transactions, so that it can be opened as a list of them.

    ``year`` is blank for all years together. ``allocated`` is what contracts were signed for, more and less what was
    allocated and given back since.
    """

    year: str
    promised: Decimal
    aligned: Decimal
    received: Decimal
    committed: Decimal
    added: Decimal
    paid: Decimal

    @property
    def allocated(self) -> Decimal:
        return self.committed + self.added

    @property
    def in_pot(self) -> Decimal:
        """What is agreed and not allocated; below nought it is overspent."""
        return self.aligned - self.allocated

    @property
    def left(self) -> Decimal:
        """What is allocated and not paid; below nought it is overspent."""
        return self.allocated - self.paid

    @property
    def cash(self) -> Decimal:
        """What was received and not paid out; below nought the accountable body has paid ahead of its funders."""
        return self.received - self.paid


def books(staff: StaffMember, *, stream: int | None = None, contract: int | None = None) -> QuerySet[LedgerTransaction]:
    """Return the transactions in sight of a stream or of a contract, the newest first, with names for a list."""
    rows: Any = LedgerTransaction.objects.visible_to(staff)
    if stream is not None:
        rows = rows.filter(stream_key=stream)
    if contract is not None:
        rows = rows.filter(contract_key=contract)
    of_contract = Contract.objects.filter(pk=OuterRef("contract_key"))
    listed: QuerySet[LedgerTransaction] = (
        rows.select_related("posted_by")
        .annotate(
            contract_title=Subquery(of_contract.values("title")),
            contract_uid=Subquery(of_contract.values("uid")),
            is_taken_back=Exists(LedgerTransaction.objects.filter(reverses=OuterRef("pk"))),
        )
        .order_by("-booked_on", "-pk")
    )
    return listed


def standings(rows: QuerySet[LedgerTransaction]) -> list[Standing]:
    """Return how the books stand, year by year and then altogether: one query."""
    sums: dict[str, dict[str, Decimal]] = {}
    plain = rows.order_by().values_list("financial_year", "kind").annotate(Sum("amount"))
    for year, kind, amount in plain.values_list("financial_year", "kind", "amount__sum"):
        sums.setdefault(year, {})[kind] = amount
    by_year = [_standing(year, [sums[year]]) for year in sorted(sums)]
    return [*by_year, _standing("", sums.values())]


def _standing(year: str, sums: Iterable[dict[str, Decimal]]) -> Standing:
    kept = list(sums)

    def of(kind: PostingKind) -> Decimal:
        return sum((each.get(kind, NOTHING) for each in kept), NOTHING)

    return Standing(
        year=year,
        promised=of(PostingKind.PROMISE),
        aligned=of(PostingKind.ALIGN),
        received=of(PostingKind.RECEIVE),
        committed=of(PostingKind.COMMIT),
        added=of(PostingKind.ALLOCATE) - of(PostingKind.RELEASE),
        paid=of(PostingKind.PAY),
    )


@dataclass(frozen=True)
class Overspent:
    """A contract paid beyond what is allocated to it, or, without one, a pot allocated beyond what is agreed."""

    contract: Contract | None
    by: Decimal


def overspent(staff: StaffMember, *, stream: int, whole: bool) -> list[Overspent]:
    """Return what of a stream is below nought, the worst first; its pot only for who sees the ``whole`` of it."""
    seen = Contract.objects.visible_to(staff).filter(funding_stream=stream)
    of_contract = Q(kind=AccountKind.ALLOCATED, contract_key__in=seen.values("pk"))
    kinds = of_contract | Q(kind=AccountKind.POT) if whole else of_contract
    below = list(LedgerAccount.objects.filter(kinds, stream_key=stream, balance__lt=0).order_by("balance")[:20])
    contracts = {each.pk: each for each in seen.filter(pk__in=[row.contract_key for row in below])}
    return [Overspent(contracts.get(row.contract_key or 0), -row.balance) for row in below]


def paid_beyond(contracts: Any) -> Any:
    """Return those contracts to which less is allocated than was paid."""
    below = LedgerAccount.objects.filter(kind=AccountKind.ALLOCATED, balance__lt=0)
    return contracts.filter(pk__in=below.values("contract_key"))


def rounded(rows: Any) -> Any:
    """Return the transactions whose amount was given finer than a penny."""
    return rows.exclude(given=F("amount"))


def corrections(rows: Any) -> Any:
    """Return what was taken back and what took it back."""
    return rows.filter(Q(reverses__isnull=False) | Q(reversals__isnull=False)).distinct()


def years(rows: QuerySet[LedgerTransaction]) -> list[str]:
    return sorted(rows.order_by().values_list("financial_year", flat=True).distinct())
