"""What the kinds of money and provision share: whose rows somebody sees, where names lead, who keeps them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from commissioning.models import Contract
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.keeping import Verb

VIEW = Capability.VIEW_CONTRACTS
KEEP = dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_MONEY)
OVERSIGHT = Capability.SEE_OVERSIGHT
OVERSEE = dict.fromkeys((Verb.ADD, Verb.CHANGE, Verb.REMOVE), Capability.KEEP_OVERSIGHT)
BEGINS = "Add the first one here, or bring them with an exchange package."


def contract_page(contract: Contract | None) -> str:
    return reverse("commissioning:contract", args=[contract.uid]) if contract is not None else ""


def in_sight(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.visible_to(staff)  # type: ignore[attr-defined, no-any-return]


def may_see_contract(contract: Contract, staff: StaffMember) -> bool:
    return bool(Contract.objects.visible_to(staff).filter(pk=contract.pk).exists())


LINKS = {"contract": contract_page}
WORK = "Work on money and provision"
