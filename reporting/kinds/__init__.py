"""The kinds of record of the plan: what is sought, measured, due and feared."""

from partners.platform.records.kinds import RecordKind
from reporting.kinds.claim import KIND as CLAIM
from reporting.kinds.claim import LINE as CLAIM_LINE
from reporting.kinds.claim import PAYMENT as CLAIM_PAYMENT
from reporting.kinds.claim_query import KIND as CLAIM_QUERY
from reporting.kinds.claim_sample import KIND as CLAIM_SAMPLE
from reporting.kinds.milestone import KIND as MILESTONE
from reporting.kinds.narrative import KIND as NARRATIVE
from reporting.kinds.objective import KIND as OBJECTIVE
from reporting.kinds.observation import KIND as OBSERVATION
from reporting.kinds.outcome_share import KIND as OUTCOME_SHARE
from reporting.kinds.risk import KIND as RISK
from reporting.kinds.target import KIND as TARGET
from reporting.kinds.tolerance import KIND as TOLERANCE

KINDS: tuple[RecordKind, ...] = (
    TARGET,
    OBSERVATION,
    MILESTONE,
    RISK,
    OBJECTIVE,
    NARRATIVE,
    TOLERANCE,
    CLAIM,
    CLAIM_LINE,
    CLAIM_PAYMENT,
    OUTCOME_SHARE,
    CLAIM_QUERY,
    CLAIM_SAMPLE,
)
