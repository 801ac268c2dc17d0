"""What a provider says about a line of spend, and how the accountable body judged it (COM-10, COM-11)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commissioning.enums import SpendState
from commissioning.models.contract import OfContractQuerySet
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

JUDGED = (SpendState.ACCEPTED, SpendState.QUERIED, SpendState.REFUSED)


@tracked()
class SpendRecord(TenantRecord):
    """One transaction of a provider: pounds without VAT, the VAT that it cannot claim back, whom it paid and when.

    The line of spend itself is ``expenditure``, whose amount is both together; a credit, below nought, names the charge
    that it ``credits``. ``paid_on`` is the day the provider paid its payee; when the accountable body paid the
    provider, the books say. ``month`` is the one that it was submitted for, by its first day.
    """

    expenditure = TenantForeignKey("commissioning.Expenditure", related_name="records")
    contract = TenantForeignKey("commissioning.Contract", related_name="spend_records")
    credits = TenantForeignKey("commissioning.Expenditure", null=True, blank=True, related_name="credited_by")
    payee = models.CharField("paid to", max_length=200)
    what_for = models.CharField("for what", max_length=500)
    net = ExactDecimalField("without VAT")
    vat = ExactDecimalField("VAT", default=0)
    paid_on = models.DateField("paid by the provider on")
    state = models.CharField(choices=SpendState, default=SpendState.RECORDED)
    month = models.DateField("submitted for", null=True, blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", related_name="+")
    submitted_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("submitted", null=True, blank=True)
    checked_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField("checked", null=True, blank=True)
    question = models.CharField("question, or reason", max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    noted_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        verbose_name = "spend recorded by a provider"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("state", SpendState),
            models.UniqueConstraint(fields=["consortium", "expenditure"], name="commissioning_spendrecord_one"),
            Check(
                about=("net",),
                condition=Q(net__gt=0, vat__gte=0, credits__isnull=True)
                | Q(net__lt=0, vat__lte=0, credits__isnull=False),
                name="commissioning_spendrecord_signs",
                violation_error_message="Enter an amount above nought; a credit names the charge that it credits.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=JUDGED) | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="commissioning_spendrecord_judged",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=JUDGED)
                | (~Q(checked_by=F("recorded_by")) & (Q(submitted_by__isnull=True) | ~Q(checked_by=F("submitted_by")))),
                name="commissioning_spendrecord_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(SpendState.QUERIED, SpendState.REFUSED)) | ~Q(question=""),
                name="commissioning_spendrecord_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="judged_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=(SpendState.ACCEPTED, SpendState.REFUSED)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.payee}, {self.what_for}"
