from commissioning.models.contract import Contract, ContractProfile, Expenditure
from commissioning.models.funding import Contribution, FundingStream
from commissioning.models.service import Service

__all__ = ["Contract", "ContractProfile", "Contribution", "Expenditure", "FundingStream", "Service"]
