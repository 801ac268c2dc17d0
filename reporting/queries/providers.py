"""One provider's performance: contracts, delivery, claims, visits, findings, risk, standards (COM-18; BCBC 4.2.13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from caseload.queries.deliveries import Delivery, deliveries
from commissioning.models import (
    Contract,
    ContractorRisk,
    FinancialCheck,
    Finding,
    MonitoringVisit,
    ProviderAudit,
    QualityStandard,
)
from commissioning.queries.contracts import contracts
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may
from reporting.enums import LeftOut
from reporting.models import ClaimEntry, ReturnBuild

MOST = 20  # of each list on the page; the lists themselves have them all
NOTHING = Decimal(0)


def providers(staff: StaffMember) -> Any:
    """Return whoever has a contract that this person may see, with how many, their worth and the open findings."""
    seen = Contract.objects.visible_to(staff)
    findings = Count("findings", filter=Q(findings__closed_on__isnull=True), distinct=True)
    rows: Any = Organisation.objects.filter(pk__in=seen.values("provider"))
    return rows.annotate(
        contracts_seen=Count("contracts", distinct=True),
        open_findings=findings,
        last_visit=Max("monitoring_visits__visited_on"),
    ).order_by("name", "pk")


@dataclass(frozen=True)
class LeftOutSum:
    """What the newest claims leave out by one rule: how many items, and pounds."""

    rule: str
    items: int
    amount: Decimal


@dataclass(frozen=True)
class Performance:
    contracts: Sequence[Any]
    deliveries: Sequence[Delivery]
    left_out: Sequence[LeftOutSum]
    visits: Sequence[MonitoringVisit]
    audits: Sequence[ProviderAudit]
    findings: Sequence[Finding]
    standards: Sequence[QualityStandard]
    risks: Sequence[ContractorRisk]
    checks: Sequence[FinancialCheck]

    @property
    def planned(self) -> Decimal:
        return sum((each.planned_to_date for each in self.contracts), NOTHING)

    @property
    def spent(self) -> Decimal:
        return sum((each.spent_to_date for each in self.contracts), NOTHING)

    @property
    def value(self) -> Decimal:
        return sum((each.value for each in self.contracts), NOTHING)

    def open_findings(self) -> list[Finding]:
        return [each for each in self.findings if each.closed_on is None]


def performance(provider: Organisation, staff: StaffMember, *, today: date) -> Performance:
    """Return what this reader may know of a provider; risk and financial health only for who oversees."""
    of_provider = list(contracts(staff, today=today).filter(provider=provider)[:MOST])
    oversees = may(staff, Capability.SEE_OVERSIGHT)
    return Performance(
        contracts=of_provider,
        deliveries=deliveries(of_provider, today=today),
        left_out=left_out(of_provider),
        visits=_newest(MonitoringVisit, staff, provider, "-planned_on"),
        audits=_newest(ProviderAudit, staff, provider, "-planned_on"),
        findings=_newest(Finding, staff, provider, "due_on"),
        standards=_newest(QualityStandard, staff, provider, "-awarded_on"),
        risks=list(ContractorRisk.objects.filter(provider=provider, ended_on__isnull=True)[:MOST]) if oversees else [],
        checks=list(FinancialCheck.objects.filter(provider=provider).order_by("-checked_on")[:1]) if oversees else [],
    )


def left_out(of_contracts: Sequence[Contract]) -> list[LeftOutSum]:
    """Return what the newest build of the newest claim of each kind leaves out of these contracts: two queries."""
    builds = ReturnBuild.objects.shown().filter(filed__kind__endswith="_claim").order_by("filed__quarter", "pk")
    newest = dict(builds.values_list("filed__kind", "pk"))
    items = ClaimEntry.objects.filter(
        build_id__in=newest.values(), contract_id__in=[each.pk for each in of_contracts]
    ).exclude(reason="")
    sums = items.order_by("reason").values_list("reason").annotate(Count("pk"), Sum("amount"))
    return [LeftOutSum(LeftOut(rule).label, number, amount) for rule, number, amount in sums]


def _newest(model: Any, staff: StaffMember, provider: Organisation, order: str) -> list[Any]:
    return list(model.objects.visible_to(staff).filter(provider=provider).order_by(order, "pk")[:MOST])
