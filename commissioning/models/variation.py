"""Changes of a contract's profile, value and end asked for, decided by another person, and numbered (COM-09)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commissioning.enums import ProfileKind, VariationReason, VariationState
from commissioning.models.contract import OfContractQuerySet
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.append_only import only_added
from partners.platform.tenancy.constraints import Check, at_least_zero, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord


@tracked()
class Variation(TenantRecord):
    """A change of a contract: what was planned before stays with it, in its lines.

    ``number`` counts a contract's approved variations from 1, without gaps. ``new_value`` is in pounds; what the
    contract was worth, and when it ended, is noted beside it as it was when the variation was asked for.
    """

    contract = TenantForeignKey("commissioning.Contract", related_name="variations")
    number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    reason = models.CharField(choices=VariationReason)
    text = models.TextField("what changes, and why", max_length=2000)
    old_value = ExactDecimalField(null=True, blank=True)
    new_value = ExactDecimalField("new value of the contract", null=True, blank=True)
    old_end = models.DateField(null=True, blank=True)
    new_end = models.DateField("new last day of the contract", null=True, blank=True)
    state = models.CharField(choices=VariationState, default=VariationState.ASKED)
    asked_by = TenantForeignKey("partners.StaffMember", related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("reason", VariationReason),
            one_of("state", VariationState),
            *at_least_zero("new_value"),
            models.UniqueConstraint(
                fields=["consortium", "contract", "number"], name="commissioning_variation_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state=VariationState.APPROVED, number__gte=1)
                | (~Q(state=VariationState.APPROVED) & Q(number__isnull=True)),
                name="commissioning_variation_numbered",
            ),
            models.CheckConstraint(
                condition=Q(state=VariationState.ASKED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=VariationState.ASKED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="commissioning_variation_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=VariationState.APPROVED) | ~Q(decided_by=F("asked_by")),
                name="commissioning_variation_two_people",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=VariationState.ASKED),
            )
        ]

    def __str__(self) -> str:
        return f"Variation {self.number}" if self.number else f"Variation asked for on {self.asked_at:%-d %B %Y}"


class VariationLine(TenantModel):
    """One planned figure that a variation changes: pounds of spend, or a number of outputs, in a month."""

    variation = TenantForeignKey("commissioning.Variation", related_name="lines")
    month = models.DateField()
    kind = models.CharField(choices=ProfileKind)
    indicator = models.CharField(blank=True)
    before = ExactDecimalField()
    after = ExactDecimalField()

    class Meta:
        constraints = [
            one_of("kind", ProfileKind),
            *at_least_zero("after"),
            Check(
                about=("month",),
                condition=Q(month__day=1),
                name="commissioning_variationline_month_first",
                violation_error_message="Give the first day of the month.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "variation", "month", "kind", "indicator"],
                name="commissioning_variationline_once",
            ),
        ]
        triggers = only_added()


@tracked()
class MonthsClosed(TenantModel):
    """Up to which day profiles stand: a claim or return for those months is signed, or their spend was checked.

    Of one contract, of all of a stream, or of every contract. ``origin`` names what closed them, once.
    """

    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    funding_stream = TenantForeignKey("commissioning.FundingStream", null=True, blank=True, related_name="+")
    until = models.DateField()
    origin = models.CharField(max_length=100)
    reason = models.CharField(max_length=200)
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "origin", "funding_stream", "contract"],
                nulls_distinct=False,
                name="commissioning_monthsclosed_once",
            )
        ]
