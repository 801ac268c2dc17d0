"""The kinds of record of money and provision, each as a list and a page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from commissioning.models import Contract, ContractProfile, Expenditure, Service
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind


def contract_page(contract: Contract | None) -> str:
    return reverse("commissioning:contract", args=[contract.uid]) if contract is not None else ""


def in_sight(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.visible_to(staff)  # type: ignore[attr-defined, no-any-return]


def may_see_contract(contract: Contract, staff: StaffMember) -> bool:
    return bool(Contract.objects.visible_to(staff).filter(pk=contract.pk).exists())


LINKS = {"contract": contract_page}
KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        slug="services",
        title="Services",
        about="The provision directory: what is on offer, where, for whom.",
        model=Service,
        shown=("name", "organisation", "kind", "centre", "capacity", "starts_on", "ends_on"),
        capability=Capability.VIEW_EMPLOYERS,
        day="starts_on",
        ends="ends_on",
        current="On offer today",
        searched=("name", "organisation__name"),
        searches="A word of the service's or of the organisation's name.",
        begins="They come with an exchange package.",
        one="Service of",
        guarded={"contract": may_see_contract},
        filters=("kind",),
    ),
    RecordKind(
        slug="spend",
        title="Spend",
        about="Actual spend; a credit is negative.",
        model=Expenditure,
        shown=("incurred_on", "contract", "amount", "category", "invoice_ref", "defrayed_on", "eligible"),
        capability=Capability.VIEW_CONTRACTS,
        day="incurred_on",
        searched=("contract__title", "invoice_ref", "category"),
        searches="A word of the contract, of the category or of the invoice reference.",
        begins="They come with an exchange package.",
        money=("amount",),
        one="Spend on",
        what="category",
        worded=("category",),
        within=in_sight,
        links=LINKS,
    ),
    RecordKind(
        slug="profiles",
        title="Profiles",
        about="Planned spend and outputs, month by month.",
        model=ContractProfile,
        shown=("month", "contract", "kind", "indicator", "planned"),
        capability=Capability.VIEW_CONTRACTS,
        day="month",
        searched=("contract__title", "indicator"),
        searches="A word of the contract's title, or the indicator.",
        begins="They come with an exchange package.",
        one="Planned figure of",
        within=in_sight,
        what="kind",
        filters=("kind",),
        links=LINKS,
    ),
)
