"""What is done with the money of a pot here: asked by one person, approved by another, and only then posted."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commissioning.enums import ActState, PostingKind
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class ActQuerySet(models.QuerySet["LedgerAct"]):
    def visible_to(self, staff: StaffMember) -> "ActQuerySet":
        """Return those of one's own organisation's contracts; all, for the accountable body."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(contract__provider=staff.organisation_id)


@tracked()
class LedgerAct(TenantRecord):
    """Money received, allocated to a contract, given back or paid, in pounds (COM-03: spending needs an approval).

    What spends is approved by somebody else than who asked; the database holds that, and that a decision stays.
    """

    kind = models.CharField("what", choices=PostingKind)
    stream = TenantForeignKey("commissioning.FundingStream", related_name="acts")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="acts")
    contribution = TenantForeignKey("commissioning.Contribution", null=True, blank=True, related_name="acts")
    expenditure = TenantForeignKey("commissioning.Expenditure", null=True, blank=True, related_name="acts")
    amount = ExactDecimalField()
    booked_on = models.DateField("day")
    note = models.CharField("why", max_length=500, blank=True)
    is_special = models.BooleanField("complex, innovative or sensitive", default=False)
    appraisal = TenantForeignKey("commissioning.Appraisal", null=True, blank=True, related_name="acts")
    state = models.CharField(choices=ActState, default=ActState.ASKED)
    asked_by = TenantForeignKey("partners.StaffMember", related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(ActQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", PostingKind),
            one_of("state", ActState),
            Check(
                about=("amount",),
                condition=Q(amount__gt=0) | (Q(kind=PostingKind.PAY) & ~Q(amount=0)),
                name="commissioning_ledgeract_amount",
                violation_error_message="Enter an amount above nought.",
            ),
            models.CheckConstraint(
                condition=Q(kind=PostingKind.RECEIVE, contribution__isnull=False)
                | Q(kind__in=(PostingKind.ALLOCATE, PostingKind.RELEASE), contract__isnull=False)
                | Q(kind=PostingKind.PAY, contract__isnull=False, expenditure__isnull=False),
                name="commissioning_ledgeract_what",
            ),
            models.CheckConstraint(
                condition=Q(state=ActState.ASKED, decided_at__isnull=True)
                | (~Q(state=ActState.ASKED) & Q(decided_at__isnull=False)),
                name="commissioning_ledgeract_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActState.DONE)
                | Q(kind=PostingKind.RECEIVE)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="commissioning_ledgeract_two_people",
            ),
            models.UniqueConstraint(
                fields=["consortium", "expenditure"],
                condition=Q(state=ActState.ASKED),
                name="commissioning_ledgeract_asked_once",
                violation_error_message="Payment of this line is asked for already.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "appraisal"],
                condition=Q(state=ActState.DONE),
                name="commissioning_ledgeract_appraised_once",
                violation_error_message="Another allocation was approved on the strength of this appraisal.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=ActState.ASKED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.asked_at:%Y-%m-%d}"


@tracked()
class StreamTerm(TenantRecord):
    """What the money of a stream may be spent on, and when (COM-01: area limits, eligible groups, conditions).

    A stream with terms pays what one of them covers: its category, any where it is blank, in its period. Areas and
    groups are what whoever approves reads: no line of spend says its own.
    """

    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="terms")
    category = models.CharField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    areas = models.CharField(max_length=500, blank=True)
    groups = models.CharField(max_length=500, blank=True)
    conditions = models.TextField(blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, in_order("starts_on", "ends_on")]

    def __str__(self) -> str:
        return self.category or "Any category"
