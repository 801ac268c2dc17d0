"""What is weighed before major or novel money is spent: money, risk, affordability, what remains (COM-03)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from commissioning.enums import AppraisalState, ProposalNature, RiskDegree
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


@tracked()
class Appraisal(TenantRecord):
    """An appraisal of more money for a contract, up to ``amount`` pounds; written by one person, decided by another.

    Birmingham, Coventry and Black Country plan, 4.2.13: financial analysis, risk management, affordability and levels
    of support of major, complex, innovative or sensitive proposals. Decided, it stays as it is.
    """

    contract = TenantForeignKey("commissioning.Contract", related_name="appraisals")
    amount = ExactDecimalField("up to")
    nature = models.CharField("what kind of proposal", choices=ProposalNature)
    proposal = models.TextField(max_length=2000)
    finance = models.TextField("financial analysis", max_length=2000)
    risk = models.CharField("risk", choices=RiskDegree)
    risk_control = models.TextField("how the risk is managed", max_length=2000)
    affordability = models.TextField(max_length=2000)
    sustainability = models.TextField("what lasts when the money ends", max_length=2000)
    support = models.TextField("level of support", max_length=2000, blank=True)
    state = models.CharField(choices=AppraisalState, default=AppraisalState.DRAFT, editable=False)
    written_by = TenantForeignKey("partners.StaffMember", related_name="+", editable=False)
    decided_by = TenantForeignKey("partners.StaffMember", null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decision = models.TextField("reasons and conditions", max_length=2000, blank=True, editable=False)

    objects = TenantManager()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("nature", ProposalNature),
            one_of("risk", RiskDegree),
            one_of("state", AppraisalState),
            Check(
                about=("amount",),
                condition=Q(amount__gt=0),
                name="commissioning_appraisal_amount",
                violation_error_message="Enter an amount above nought.",
            ),
            models.CheckConstraint(
                condition=Q(state=AppraisalState.DRAFT, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=AppraisalState.DRAFT) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="commissioning_appraisal_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("written_by")),
                name="commissioning_appraisal_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=AppraisalState.DRAFT),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} proposal for {self.contract}"
