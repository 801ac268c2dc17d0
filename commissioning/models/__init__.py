from commissioning.models.acts import LedgerAct, StreamTerm
from commissioning.models.appraisal import Appraisal
from commissioning.models.contract import Contract, ContractProfile, ContractTerm, Expenditure
from commissioning.models.contract_facts import ContractClause, ContractFacts, ContractStream
from commissioning.models.funding import Contribution, FundingStream, StreamEntry
from commissioning.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from commissioning.models.oversight import (
    CommitteeCopy,
    ContractorRisk,
    FinancialCheck,
    Finding,
    MonitoringVisit,
    ProviderAudit,
    QualityStandard,
    SuspectedFraud,
)
from commissioning.models.plan import ActionFunding, BudgetLine, PlanAction, PlannedInvestment, PrintedTotal
from commissioning.models.service import Service
from commissioning.models.spend_record import SpendRecord
from commissioning.models.variation import MonthsClosed, Variation, VariationLine

__all__ = [
    "ActionFunding",
    "Appraisal",
    "BudgetLine",
    "CommitteeCopy",
    "Contract",
    "ContractClause",
    "ContractFacts",
    "ContractProfile",
    "ContractStream",
    "ContractTerm",
    "ContractorRisk",
    "Contribution",
    "Expenditure",
    "FinancialCheck",
    "Finding",
    "FundingStream",
    "LedgerAccount",
    "LedgerAct",
    "LedgerEntry",
    "LedgerTransaction",
    "MonitoringVisit",
    "MonthsClosed",
    "PlanAction",
    "PlannedInvestment",
    "PrintedTotal",
    "ProviderAudit",
    "QualityStandard",
    "Service",
    "SpendRecord",
    "StreamEntry",
    "StreamTerm",
    "SuspectedFraud",
    "Variation",
    "VariationLine",
]
