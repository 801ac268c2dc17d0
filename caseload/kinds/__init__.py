"""The kinds of record of a journey, in the order of its list of lists."""

from caseload.kinds.activity import KIND as ACTIVITY
from caseload.kinds.assessment import KIND as ASSESSMENT
from caseload.kinds.client_address import KIND as CLIENT_ADDRESS
from caseload.kinds.client_circumstance import KIND as CLIENT_CIRCUMSTANCE
from caseload.kinds.consent import KIND as CONSENT
from caseload.kinds.employment_check import KIND as EMPLOYMENT_CHECK
from caseload.kinds.enrolment import KIND as ENROLMENT
from caseload.kinds.in_work_support import KIND as IN_WORK_SUPPORT
from caseload.kinds.in_work_training import KIND as IN_WORK_TRAINING
from caseload.kinds.job import KIND as JOB
from caseload.kinds.placement import KIND as PLACEMENT
from caseload.kinds.plan_action import KIND as PLAN_ACTION
from caseload.kinds.pre_recruitment import KIND as PRE_RECRUITMENT
from caseload.kinds.qualification import KIND as QUALIFICATION
from caseload.kinds.referral import KIND as REFERRAL
from caseload.kinds.stage_event import KIND as STAGE_EVENT
from partners.platform.records.kinds import RecordKind

KINDS: tuple[RecordKind, ...] = (
    STAGE_EVENT,
    ACTIVITY,
    ASSESSMENT,
    PLAN_ACTION,
    QUALIFICATION,
    PLACEMENT,
    JOB,
    EMPLOYMENT_CHECK,
    IN_WORK_TRAINING,
    IN_WORK_SUPPORT,
    ENROLMENT,
    REFERRAL,
    CONSENT,
    CLIENT_ADDRESS,
    CLIENT_CIRCUMSTANCE,
    PRE_RECRUITMENT,
)
