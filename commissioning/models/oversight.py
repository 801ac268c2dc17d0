"""How providers are watched over: visits, audits, findings, risk, financial health, standards, suspicions of fraud."""

from django.db import models
from django.db.models import Q

from commissioning.enums import (
    AuditKind,
    Degree,
    FinancialHealth,
    RiskArea,
    StandardKind,
    SuspicionState,
    VisitResult,
)
from commissioning.models.plan import is_a_year
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class OfProviderQuerySet(models.QuerySet[models.Model]):
    def visible_to(self, staff: StaffMember) -> "OfProviderQuerySet":
        """Return those of one's own organisation; all, for whoever oversees for the accountable body."""
        if may(staff, Capability.SEE_OVERSIGHT):
            return self
        return self.filter(provider=staff.organisation_id)


def _either_with(done: str, result: str) -> Check:
    """A result belongs to what has been done, and to nothing else."""
    return Check(
        about=(result, done),
        condition=Q(**{f"{done}__isnull": True, result: ""}) | (Q(**{f"{done}__isnull": False}) & ~Q(**{result: ""})),
        name=f"%(app_label)s_%(class)s_{result}_of_done",
        violation_error_message="The day it was done and its result go together: enter both, or neither yet.",
    )


@tracked()
class MonitoringVisit(TenantRecord):
    """A visit to a provider, planned and then made (COM-14; Leicester plan, section 4)."""

    provider = TenantForeignKey("partners.Organisation", related_name="monitoring_visits")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="visits")
    planned_on = models.DateField("planned for")
    visitor = TenantForeignKey("partners.StaffMember", related_name="monitoring_visits")
    purpose = models.CharField(max_length=500)
    visited_on = models.DateField("made on", null=True, blank=True)
    result = models.CharField(choices=VisitResult, blank=True)
    summary = models.TextField(blank=True)

    objects = TenantManager.from_queryset(OfProviderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("result", VisitResult, optional=True),
            _either_with("visited_on", "result"),
        ]

    def __str__(self) -> str:
        return f"Visit to {self.provider}, planned for {self.planned_on:%-d %b %Y}"


@tracked()
class ProviderAudit(TenantRecord):
    """An audit of the annual plan, or the yearly external one of spend and viability (COM-14; BCBC 4.2.13)."""

    provider = TenantForeignKey("partners.Organisation", related_name="audits")
    kind = models.CharField(choices=AuditKind)
    financial_year = models.CharField("audit plan of", max_length=7)
    planned_on = models.DateField("planned for")
    auditor = models.CharField(max_length=200)
    done_on = models.DateField("done on", null=True, blank=True)
    opinion = models.CharField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(OfProviderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", AuditKind),
            is_a_year(),
            _either_with("done_on", "opinion"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} audit of {self.provider}, {self.financial_year}"


@tracked()
class Finding(TenantRecord):
    """What a visit or an audit found, what is to be done by when, and that it was done (COM-14)."""

    provider = TenantForeignKey("partners.Organisation", related_name="findings")
    visit = TenantForeignKey("commissioning.MonitoringVisit", null=True, blank=True, related_name="findings")
    audit = TenantForeignKey("commissioning.ProviderAudit", null=True, blank=True, related_name="findings")
    found = models.CharField("what was found", max_length=500)
    severity = models.CharField("how serious", choices=Degree)
    action = models.CharField("what is to be done", max_length=500)
    due_on = models.DateField("by")
    closed_on = models.DateField("done on", null=True, blank=True)
    answer = models.CharField("what was done", max_length=1_000, blank=True)

    objects = TenantManager.from_queryset(OfProviderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("severity", Degree),
            Check(
                about=("visit", "audit"),
                condition=Q(visit__isnull=True) | Q(audit__isnull=True),
                name="commissioning_finding_of_one",
                violation_error_message="Choose the visit or the audit that found it, not both.",
            ),
            _either_with("closed_on", "answer"),
        ]

    def __str__(self) -> str:
        return self.found


@tracked()
class ContractorRisk(TenantRecord):
    """A line of the schedule of risk per contractor, with advised action (COM-15; BCBC 4.2.13)."""

    provider = TenantForeignKey("partners.Organisation", related_name="contractor_risks")
    area = models.CharField("risk to", choices=RiskArea)
    likelihood = models.CharField(choices=Degree)
    impact = models.CharField(choices=Degree)
    reason = models.CharField("why", max_length=500)
    advice = models.CharField("advised action", max_length=500)
    rated_on = models.DateField("rated on")
    review_on = models.DateField("look again by")
    ended_on = models.DateField("no longer from", null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("area", RiskArea),
            one_of("likelihood", Degree),
            one_of("impact", Degree),
            in_order("rated_on", "review_on"),
            in_order("rated_on", "ended_on"),
        ]

    def __str__(self) -> str:
        return f"Risk to {self.get_area_display().lower()}, {self.provider}"


@tracked()
class FinancialCheck(TenantRecord):
    """A check of a contractor's financial health and viability, good until it is looked at again (COM-15).

    ``turnover`` is pounds a year, from its accounts.
    """

    provider = TenantForeignKey("partners.Organisation", related_name="financial_checks")
    checked_on = models.DateField("checked on")
    accounts_to = models.DateField("accounts up to", null=True, blank=True)
    turnover = ExactDecimalField("turnover of a year", null=True, blank=True)
    health = models.CharField("financial health", choices=FinancialHealth)
    note = models.TextField(blank=True)
    review_on = models.DateField("look again by")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("health", FinancialHealth),
            *at_least_zero("turnover"),
            in_order("checked_on", "review_on"),
        ]

    def __str__(self) -> str:
        return f"Financial check of {self.provider}, {self.checked_on:%-d %b %Y}"


@tracked()
class QualityStandard(TenantRecord):
    """A standard that a provider holds, or what an inspection said (COM-18; BCBC 3.4, Southampton 4.1.5)."""

    provider = TenantForeignKey("partners.Organisation", related_name="quality_standards")
    kind = models.CharField(choices=StandardKind)
    title = models.CharField(max_length=200)
    result = models.CharField(max_length=200)
    awarded_on = models.DateField("awarded on")
    expires_on = models.DateField("until", null=True, blank=True)

    objects = TenantManager.from_queryset(OfProviderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", StandardKind),
            in_order("awarded_on", "expires_on"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class SuspectedFraud(TenantRecord):
    """A suspicion of fraud and its referral: for named roles of the accountable body alone (COM-11)."""

    provider = TenantForeignKey("partners.Organisation", related_name="+")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    noticed_on = models.DateField("noticed on")
    what = models.TextField("what is suspected")
    state = models.CharField(choices=SuspicionState, default=SuspicionState.OPEN)
    referred_to = models.CharField("referred to", max_length=200, blank=True)
    referred_on = models.DateField("referred on", null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "suspicions of fraud"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("state", SuspicionState),
            in_order("noticed_on", "referred_on"),
            Check(
                about=("referred_to", "referred_on"),
                condition=~Q(state=SuspicionState.REFERRED) | (~Q(referred_to="") & Q(referred_on__isnull=False)),
                name="commissioning_suspectedfraud_referred",
                violation_error_message="Say to whom it was referred, and when.",
            ),
            Check(
                about=("outcome",),
                condition=~Q(state=SuspicionState.CLOSED) | ~Q(outcome=""),
                name="commissioning_suspectedfraud_closed",
                violation_error_message="Say how it ended.",
            ),
        ]


@tracked()
class CommitteeCopy(TenantRecord):
    """A paper of which an audit committee of a partner has its copy, or is to have it (BCBC 4.4)."""

    committee = TenantForeignKey(
        "partners.Organisation", related_name="committee_copies", verbose_name="audit committee of"
    )
    paper = models.CharField(max_length=300)
    of_day = models.DateField("paper of")
    due_on = models.DateField("to be sent by")
    sent_on = models.DateField("sent on", null=True, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "committee copies"
        constraints = [*TenantRecord.Meta.constraints, in_order("of_day", "due_on"), in_order("of_day", "sent_on")]

    def __str__(self) -> str:
        return self.paper
