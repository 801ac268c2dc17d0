"""Keeping the profile of a contract: typed until it begins, changed by variations afterwards (COM-09)."""

from typing import Any

from django.utils import timezone

from commissioning.models import Contract, ContractProfile
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.dates import long_date
from partners.platform.records.keeping import Keeper

BEGUN = "The contract began on {}. From then on its {} changes by a variation: ask for one on the contract's page."


def refuse_begun(contract: Contract, *, what: str = "profile", field: str | None = None) -> None:
    if contract.starts_on <= timezone.localdate():
        raise CaseloadError(BEGUN.format(long_date(contract.starts_on), what), field=field)


class ProfileKeeper(Keeper):
    """The service of planned figures: as any other, until their contract begins."""

    def add(self, values: Any, *, by: StaffMember) -> Any:
        if values.get("contract") is not None:
            refuse_begun(values["contract"], field="contract")
        return super().add(values, by=by)

    def change(self, record: Any, values: Any, *, version: int, by: StaffMember, reason: str = "") -> Any:
        for contract in {record.contract, values.get("contract", record.contract)}:
            refuse_begun(contract)
        return super().change(record, values, version=version, by=by, reason=reason)

    def remove(self, record: ContractProfile, *, reason: str, version: int, by: StaffMember) -> None:
        refuse_begun(record.contract)
        super().remove(record, reason=reason, version=version, by=by)

    def put_back(self, uid: Any, *, by: StaffMember) -> Any:
        gone = self.removed_one(uid, by)
        if gone is not None:
            refuse_begun(gone.contract)
        return super().put_back(uid, by=by)
