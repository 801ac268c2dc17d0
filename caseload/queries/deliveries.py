"""What several contracts delivered of each output, what was planned and spent for it, and what one of them cost.

A unit cost is the spend that names the output, eligible or not judged, through the records counted, both up to today
(COM-17; Leicester KPI 25). Where nothing is counted it is not defined, which is not nought. Only the same output is
compared.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, Sum

from caseload.queries.contract_outputs import OUTPUTS, TITLES
from commissioning.enums import ProfileKind
from commissioning.models import Contract, ContractProfile, Expenditure

NOTHING = Decimal(0)
PENNY = Decimal("0.01")
Key = tuple[int, str]


@dataclass(frozen=True)
class Delivery:
    """One output of one contract to date; ``recorded`` None: its records name no contract."""

    contract: Contract
    code: str
    planned: Decimal
    recorded: int | None
    spent: Decimal

    @property
    def title(self) -> str:
        return TITLES.get(self.code, self.code.replace("_", " "))

    @property
    def percent(self) -> int | None:
        return int(100 * self.recorded / self.planned) if self.planned and self.recorded is not None else None

    @property
    def unit_cost(self) -> Decimal | None:
        """Pounds for one, to the penny; None where nothing is counted or no spend names the output."""
        return unit_cost(self.spent, self.recorded)


def unit_cost(spent: Decimal, counted: int | None) -> Decimal | None:
    if not counted or not spent:
        return None
    return (spent / counted).quantize(PENNY, rounding=ROUND_HALF_UP)


def deliveries(contracts: Collection[Contract], *, today: date, only: str = "") -> list[Delivery]:
    """Return what is planned of, or spent for, each output of some contracts: two queries, and one for each output."""
    keys = [each.pk for each in contracts]
    planned, spent = _planned(keys, today, only), _spent(keys, today, only)
    codes = sorted({code for _, code in (*planned, *spent)} | ({only} if only else set()))
    recorded = {code: _recorded(code, keys, today) for code in codes if code in OUTPUTS}
    return [
        Delivery(
            contract=contract,
            code=code,
            planned=planned.get((contract.pk, code), NOTHING),
            recorded=recorded[code].get(contract.pk, 0) if code in recorded else None,
            spent=spent.get((contract.pk, code), NOTHING),
        )
        for contract in contracts
        for code in codes
        if (contract.pk, code) in planned
        or (contract.pk, code) in spent
        or (only and contract.pk in recorded.get(code, {}))
    ]


def outputs_with_money(contracts: Collection[Contract], *, today: date) -> list[tuple[str, str]]:
    """Return the outputs that any spend of some contracts names, with their titles: one query."""
    codes = sorted({code for _, code in _spent([each.pk for each in contracts], today, "")})
    return [(code, TITLES.get(code, code.replace("_", " "))) for code in codes]


def _planned(keys: Collection[int], today: date, only: str) -> dict[Key, Decimal]:
    rows = ContractProfile.objects.filter(contract__in=keys, kind=ProfileKind.OUTPUT, month__lte=today)
    rows = rows.filter(indicator=only) if only else rows.exclude(indicator="")
    sums = rows.order_by().values_list("contract", "indicator").annotate(Sum("planned"))
    return {(contract, code): amount for contract, code, amount in sums}


def _spent(keys: Collection[int], today: date, only: str) -> dict[Key, Decimal]:
    rows = Expenditure.objects.filter(Q(eligible__isnull=True) | Q(eligible=True))
    rows = rows.filter(contract__in=keys, incurred_on__lte=today)
    rows = rows.filter(indicator=only) if only else rows.exclude(indicator="")
    sums = rows.order_by().values_list("contract", "indicator").annotate(Sum("amount"))
    return {(contract, code): amount for contract, code, amount in sums}


def _recorded(code: str, keys: Collection[int], today: date) -> dict[int, int]:
    output = OUTPUTS[code]
    days = {f"{output.day}__isnull": False, f"{output.day}__lte": today}
    rows = output.model.objects.filter(contract__in=keys, **days, **output.only)
    found: dict[int, int] = defaultdict(int)
    found.update(rows.order_by().values_list("contract").annotate(Count("pk", distinct=True)))
    return found
