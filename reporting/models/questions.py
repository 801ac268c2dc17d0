"""Questions about a claim's lines while it is checked, and samples of it after it was signed."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord
from reporting.enums import ClaimItem, Finding, SampleDecision, SampleMethod


class OfContractQuerySet(models.QuerySet["ClaimQuery"]):
    def visible_to(self, staff: StaffMember) -> "OfContractQuerySet":
        """Return what is asked of one's own organisation's contracts; all, for the accountable body."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(contract__provider=staff.organisation_id)


@tracked()
class ClaimQuery(TenantRecord):
    """What a checker asks about an item of a claim, and the answer; builds come and go, so it names the item itself.

    An item of a correction names the line that it takes back (``corrects``). Once the claim is signed nothing of it
    changes any more.
    """

    filed = TenantForeignKey("reporting.Return", related_name="queries")
    item = models.CharField(choices=ClaimItem)
    contract = TenantForeignKey("commissioning.Contract", related_name="+")
    job = TenantForeignKey("caseload.Job", null=True, blank=True, related_name="+")
    expenditure = TenantForeignKey("commissioning.Expenditure", null=True, blank=True, related_name="+")
    corrects = TenantForeignKey("reporting.ClaimLine", null=True, blank=True, related_name="+")
    question = models.CharField(max_length=1000)
    asked_by = TenantForeignKey("partners.StaffMember", related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        verbose_name = "query on a claim"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("item", ClaimItem),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="reporting_claimquery_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="reporting_claimquery_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT FROM reporting_return filed WHERE filed.state = 'signed' AND filed.id =
                               CASE TG_OP WHEN 'INSERT' THEN NEW.filed_id ELSE OLD.filed_id END)
                    THEN RAISE EXCEPTION 'This claim was signed: what was asked about it stays as it is.'; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}: {self.question}"


@tracked()
class ClaimSample(TenantRecord):
    """Lines of a signed claim drawn to be examined; the same seed draws the same lines again (PEERS 4.13).

    ``number`` and ``amount`` are what it was drawn from: the lines above nought that the claim asks for, in pounds.
    What is found is extrapolated; whether the amount is held against the next claim decides somebody else than who
    drew.
    """

    claim = TenantForeignKey("reporting.Claim", related_name="samples")
    method = models.CharField(choices=SampleMethod)
    seed = models.CharField(max_length=40)
    size = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(editable=False)
    amount = ExactDecimalField(editable=False)
    drawn_by = TenantForeignKey("partners.StaffMember", related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(choices=SampleDecision, blank=True)
    correction = ExactDecimalField("extrapolated correction", null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    decided_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("method", SampleMethod),
            one_of("decision", SampleDecision, optional=True),
            models.UniqueConstraint(
                fields=["consortium", "claim", "method", "seed", "size"],
                name="reporting_claimsample_once",
                violation_error_message="This sample was drawn already: the same seed draws the same lines.",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False, correction__isnull=False)),
                name="reporting_claimsample_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drawn_by")),
                name="reporting_claimsample_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__decision=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}, seed {self.seed}, of {self.claim}"


@tracked()
class SampledLine(TenantRecord):
    """A line of a sample and what was found: ``wrong`` is how many of its pounds nothing proves.

    ``hits`` is how often the draw met it: a large amount may be met more than once by monetary unit.
    """

    sample = TenantForeignKey("reporting.ClaimSample", related_name="lines")
    line = TenantForeignKey("reporting.ClaimLine", related_name="sampled")
    place = models.PositiveSmallIntegerField()
    hits = models.PositiveSmallIntegerField(default=1)
    finding = models.CharField(choices=Finding, blank=True)
    wrong = ExactDecimalField("not proven, in pounds", null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    found_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("finding", Finding, optional=True),
            *at_least_zero("wrong"),
            models.UniqueConstraint(fields=["consortium", "sample", "line"], name="reporting_sampledline_once"),
            Check(
                about=("finding",),
                condition=(Q(finding="") & Q(found_by__isnull=True)) | (~Q(finding="") & Q(found_by__isnull=False)),
                name="reporting_sampledline_found_whole",
                violation_error_message="Choose what was found.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, number {self.place}"
