from caseload.models.activity import Activity, StageEvent
from caseload.models.assessment import Assessment, PlanAction
from caseload.models.client import (
    AdviserAssignment,
    Client,
    ClientAddress,
    ClientCircumstance,
    ClientReference,
    PossibleMatch,
)
from caseload.models.consent import ClientGroupPermission, Consent, ConsentForm, Share
from caseload.models.enrolment import Enrolment
from caseload.models.job import EmploymentCheck, Job
from caseload.models.learning import Qualification
from caseload.models.merge import ClientMerge
from caseload.models.partner_call import PartnerCall
from caseload.models.placement import Placement, PreRecruitmentActivity
from caseload.models.referral import Referral
from caseload.models.remark import Remark
from caseload.models.restriction import ClientRestriction, RestrictionReader
from caseload.models.summary import ClientSummary
from caseload.models.support import InWorkSupport, InWorkTraining
from caseload.models.target_group import TargetGroup
from caseload.models.working import LeadProposal, ServiceWorker

__all__ = [
    "Activity",
    "AdviserAssignment",
    "Assessment",
    "Client",
    "ClientAddress",
    "ClientCircumstance",
    "ClientGroupPermission",
    "ClientMerge",
    "ClientReference",
    "ClientRestriction",
    "ClientSummary",
    "Consent",
    "ConsentForm",
    "EmploymentCheck",
    "Enrolment",
    "InWorkSupport",
    "InWorkTraining",
    "Job",
    "LeadProposal",
    "PartnerCall",
    "Placement",
    "PlanAction",
    "PossibleMatch",
    "PreRecruitmentActivity",
    "Qualification",
    "Referral",
    "Remark",
    "RestrictionReader",
    "ServiceWorker",
    "Share",
    "StageEvent",
    "TargetGroup",
]
