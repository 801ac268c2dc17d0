"""The kinds of record of money and provision, each as a list and a page."""

from commissioning.kinds.action_funding import KIND as ACTION_FUNDING
from commissioning.kinds.appraisal import KIND as APPRAISAL
from commissioning.kinds.budget_line import KIND as BUDGET_LINE
from commissioning.kinds.committee_copy import KIND as COMMITTEE_COPY
from commissioning.kinds.contract import KIND as CONTRACT
from commissioning.kinds.contract_clause import KIND as CONTRACT_CLAUSE
from commissioning.kinds.contract_facts import KIND as CONTRACT_FACTS
from commissioning.kinds.contract_stream import KIND as CONTRACT_STREAM
from commissioning.kinds.contractor_risk import KIND as CONTRACTOR_RISK
from commissioning.kinds.contribution import KIND as CONTRIBUTION
from commissioning.kinds.financial_check import KIND as FINANCIAL_CHECK
from commissioning.kinds.finding import KIND as FINDING
from commissioning.kinds.funding_stream import KIND as FUNDING_STREAM
from commissioning.kinds.monitoring_visit import KIND as MONITORING_VISIT
from commissioning.kinds.plan_action import KIND as PLAN_ACTION
from commissioning.kinds.planned_investment import KIND as PLANNED_INVESTMENT
from commissioning.kinds.printed_total import KIND as PRINTED_TOTAL
from commissioning.kinds.profile import KIND as PROFILE
from commissioning.kinds.provider_audit import KIND as PROVIDER_AUDIT
from commissioning.kinds.quality_standard import KIND as QUALITY_STANDARD
from commissioning.kinds.service import KIND as SERVICE
from commissioning.kinds.spend import KIND as SPEND
from commissioning.kinds.spend_record import KIND as SPEND_RECORD
from commissioning.kinds.stream_entry import KIND as STREAM_ENTRY
from commissioning.kinds.stream_term import KIND as STREAM_TERM
from commissioning.kinds.suspected_fraud import KIND as SUSPECTED_FRAUD
from commissioning.kinds.term import KIND as TERM
from commissioning.kinds.variation import KIND as VARIATION
from partners.platform.records.kinds import RecordKind

MONEY: tuple[RecordKind, ...] = (CONTRACT, PROFILE, TERM, SPEND, APPRAISAL)
STREAMS: tuple[RecordKind, ...] = (FUNDING_STREAM, CONTRIBUTION, STREAM_ENTRY, STREAM_TERM)
WORKING: tuple[RecordKind, ...] = (VARIATION, SPEND_RECORD, CONTRACT_FACTS, CONTRACT_CLAUSE, CONTRACT_STREAM)
PLANNING: tuple[RecordKind, ...] = (PLANNED_INVESTMENT, PLAN_ACTION, ACTION_FUNDING, PRINTED_TOTAL, BUDGET_LINE)
OVERSIGHT: tuple[RecordKind, ...] = (
    *(MONITORING_VISIT, PROVIDER_AUDIT, FINDING, CONTRACTOR_RISK, FINANCIAL_CHECK),
    *(QUALITY_STANDARD, COMMITTEE_COPY, SUSPECTED_FRAUD),
)
KINDS: tuple[RecordKind, ...] = (
    *(CONTRACT, FUNDING_STREAM, CONTRIBUTION, PROFILE),
    *(TERM, SPEND, SERVICE, STREAM_TERM, STREAM_ENTRY, APPRAISAL),
    *(*WORKING, *PLANNING, *OVERSIGHT),
)
