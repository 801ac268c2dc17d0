"""How providers are watched over: a round of visits, the annual audit plan, findings, risk and financial health."""

from datetime import timedelta

from commissioning.enums import AuditKind, Degree, FinancialHealth, RiskArea, StandardKind, VisitResult
from commissioning.models import (
    CommitteeCopy,
    Contract,
    ContractorRisk,
    FinancialCheck,
    Finding,
    MonitoringVisit,
    ProviderAudit,
    QualityStandard,
)
from commissioning.services.ledger import financial_year
from partners.models import Organisation
from partners.platform.records.changing import keep
from reporting.services.scenes.stage import Stage

MOST = 4


def watch_over_providers(stage: Stage) -> None:
    running = Contract.objects.filter(ends_on__gte=stage.today).order_by("pk").select_related("provider")
    for number, contract in enumerate(running[:MOST]):
        _visit(stage, contract, number)
        _audit(stage, contract.provider, number)
        _look_at_accounts(stage, contract.provider, number)
    partner = Organisation.objects.exclude(accountable_body=True).order_by("pk").first()
    if partner is not None:
        paper = "Minutes of the executive group"
        keep(CommitteeCopy(committee=partner, paper=paper, of_day=stage.ago(20), due_on=stage.ago(2)))


def _visit(stage: Stage, contract: Contract, number: int) -> None:
    officer = stage.person("staff-monitoring-officer")
    of = {"provider": contract.provider, "contract": contract, "visitor": officer}
    purpose = "Evidence of outputs, eligibility of spend, shared indicators"
    made = keep(
        MonitoringVisit(
            **of,
            purpose=purpose,
            planned_on=stage.ago(70),
            visited_on=stage.ago(68),
            result=VisitResult.ACTIONS_NEEDED if number % 2 else VisitResult.SATISFACTORY,
            summary="Ten files were read with the project's manager.",
        )
    )
    keep(MonitoringVisit(**of, purpose=purpose, planned_on=stage.today + timedelta(days=14 * number - 3)))
    if number % 2:
        keep(
            Finding(
                provider=contract.provider,
                visit=made,
                found="Two of ten files hold no proof of the job start",
                severity=Degree.MODERATE,
                action="Obtain the proof, or take the outputs back",
                due_on=stage.ago(10 - 14 * (number // 2)),
            )
        )


def _audit(stage: Stage, provider: Organisation, number: int) -> None:
    kind = AuditKind.EXTERNAL if number % 2 else AuditKind.INTERNAL
    auditor = "An outside firm of auditors" if number % 2 else "The council's audit service"
    day = stage.today + timedelta(days=30 * number + 10)
    keep(
        ProviderAudit(provider=provider, kind=kind, financial_year=financial_year(day), planned_on=day, auditor=auditor)
    )


def _look_at_accounts(stage: Stage, provider: Organisation, number: int) -> None:
    is_weak = number == MOST - 1
    keep(
        FinancialCheck(
            provider=provider,
            checked_on=stage.ago(200),
            accounts_to=stage.ago(400),
            health=FinancialHealth.WATCH if is_weak else FinancialHealth.SOUND,
            note="Reserves cover less than one month of spend." if is_weak else "",
            review_on=stage.today + timedelta(days=165 if not is_weak else -4),
        )
    )
    keep(
        QualityStandard(
            provider=provider,
            kind=StandardKind.GUIDANCE,
            title="Guidance standard",
            result="Held",
            awarded_on=stage.ago(500),
            expires_on=stage.today + timedelta(days=90 * number - 30),
        )
    )
    if is_weak:
        keep(
            ContractorRisk(
                provider=provider,
                area=RiskArea.PUBLIC_MONEY,
                likelihood=Degree.MODERATE,
                impact=Degree.HIGH,
                reason="Reserves are low, and payment comes after the work",
                advice="Pay monthly; look at the accounts again each quarter",
                rated_on=stage.ago(190),
                review_on=stage.today + timedelta(days=5),
            )
        )
