"""Kinds whose rules look at other records: what the rules lock stays locked until the record is stored."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from partners.models import StaffMember
from partners.platform.records.keeping import Keeper


class HeldKeeper(Keeper):
    """The service of such a kind: rules and storing are one transaction."""

    def add(self, values: Mapping[str, Any], *, by: StaffMember) -> Any:
        with transaction.atomic():
            return super().add(values, by=by)

    def change(self, record: Any, values: Mapping[str, Any], *, version: int, by: StaffMember, reason: str = "") -> Any:
        with transaction.atomic():
            return super().change(record, values, version=version, by=by, reason=reason)

    def put_back(self, uid: Any, *, by: StaffMember) -> Any:
        with transaction.atomic():
            return super().put_back(uid, by=by)
