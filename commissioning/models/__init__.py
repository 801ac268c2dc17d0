from commissioning.models.acts import LedgerAct, StreamTerm
from commissioning.models.appraisal import Appraisal
from commissioning.models.contract import Contract, ContractProfile, ContractTerm, Expenditure
from commissioning.models.funding import Contribution, FundingStream
from commissioning.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from commissioning.models.plan import ActionFunding, BudgetLine, PlanAction, PlannedInvestment, PrintedTotal
from commissioning.models.service import Service

__all__ = [
    "ActionFunding",
    "Appraisal",
    "BudgetLine",
    "Contract",
    "ContractProfile",
    "ContractTerm",
    "Contribution",
    "Expenditure",
    "FundingStream",
    "LedgerAccount",
    "LedgerAct",
    "LedgerEntry",
    "LedgerTransaction",
    "PlanAction",
    "PlannedInvestment",
    "PrintedTotal",
    "Service",
    "StreamTerm",
]
