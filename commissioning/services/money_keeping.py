"""Contributions, contracts and spend kept in the browser: the books follow each, in the transaction of its change."""

from typing import Any

from commissioning.models import Contract, Contribution, Expenditure
from commissioning.services.ledger import follow_records, is_paid_by_act
from commissioning.services.profile_keeping import refuse_begun
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.records.keeping import Keeper

MOVES = ("amount", "contract", "defrayed_on")
PAID = "It was approved and paid as it is. Take the payment back in the books first, then change it."
TABLE_OF: dict[Any, str] = {Contribution: "contributions", Contract: "contracts", Expenditure: "expenditure"}


class MoneyKeeper(Keeper):
    """The service of what moves money: as any other, and the books say so at once."""

    def add(self, values: Any, *, by: StaffMember) -> Any:
        if self.kind.model is Expenditure:
            _refuse_bare_credit(values.get("amount"))
        return self._followed(super().add(values, by=by), by)

    def change(self, record: Any, values: Any, *, version: int, by: StaffMember, reason: str = "") -> Any:
        moved = any(name in values and values[name] != getattr(record, name) for name in MOVES)
        if isinstance(record, Expenditure) and moved and is_paid_by_act(record.pk):
            raise CaseloadError(PAID)
        if isinstance(record, Contract):
            _refuse_varied(record, values)
        if isinstance(record, Expenditure):
            _refuse_recorded(record)
            if record.amount >= 0:
                _refuse_bare_credit(values.get("amount"))
        return self._followed(super().change(record, values, version=version, by=by, reason=reason), by)

    def remove(self, record: Any, *, reason: str, version: int, by: StaffMember) -> None:
        key = record.pk
        super().remove(record, reason=reason, version=version, by=by)
        follow_records([TABLE_OF[self.kind.model]], [key], by=by)

    def put_back(self, uid: Any, *, by: StaffMember) -> Any:
        return self._followed(super().put_back(uid, by=by), by)

    def _followed(self, record: Any, by: StaffMember) -> Any:
        follow_records([TABLE_OF[type(record)]], [record.pk], by=by)
        if isinstance(record, Contract):
            paid = record.expenditure.filter(defrayed_on__isnull=False).values_list("pk", flat=True)
            follow_records(["expenditure"], list(paid), by=by)
        return record


def _refuse_varied(contract: Contract, values: Any) -> None:
    """Refuse to change by hand what a contract that has begun is worth, or its last day."""
    for name, what in (("value", "value"), ("ends_on", "last day")):
        if name in values and values[name] != getattr(contract, name):
            refuse_begun(contract, what=what, field=name)


def _refuse_bare_credit(amount: Any) -> None:
    if amount is not None and amount < 0:
        raise CaseloadError("A credit names its charge: open that line, and record the credit there.", field="amount")


def _refuse_recorded(spend: Expenditure) -> None:
    """Refuse to change by hand what a provider recorded, or a credit of it: its desk check says what it is worth."""
    if spend.records.exists():
        raise CaseloadError("This line waits for its desk check, or had it. It is not changed here.")
