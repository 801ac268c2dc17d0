from django.db import models

from commissioning.enums import ProfileKind, TermItem
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, staff: StaffMember) -> "ContractQuerySet":
        """Return the contracts this person may see: the only door for lists (config/decisions/0011).

        Those that one's own organisation provides; all, for the roles that commission, pay and verify for the
        accountable body.
        """
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(provider=staff.organisation_id)


class OfContractQuerySet(models.QuerySet[models.Model]):
    """Rows of a contract are seen by whoever sees the contract."""

    def visible_to(self, staff: StaffMember) -> "OfContractQuerySet":
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(contract__provider=staff.organisation_id)


@tracked()
class Contract(TenantRecord):
    """What is commissioned, from whom, out of which stream; value in pounds (COM-08)."""

    title = models.CharField()
    provider = TenantForeignKey("partners.Organisation", related_name="contracts")
    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="contracts")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = ExactDecimalField()

    objects = TenantManager.from_queryset(ContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("starts_on", "ends_on"),
            *at_least_zero("value"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def as_choice(self) -> str:
        """Several providers have a contract of one title."""
        return f"{self.title}, {self.provider}"


@tracked()
class ContractProfile(TenantRecord):
    """Planned spend (pounds) or outputs of a contract in one month, named by its first day (COM-09)."""

    contract = TenantForeignKey("commissioning.Contract", related_name="profiles")
    month = models.DateField()
    kind = models.CharField(choices=ProfileKind)
    indicator = models.CharField(blank=True)
    planned = ExactDecimalField()

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", ProfileKind),
            Check(
                about=("month",),
                condition=models.Q(month__day=1),
                name="commissioning_contractprofile_month_first",
                violation_error_message="Give the first day of the month.",
            ),
            *at_least_zero("planned"),
        ]


@tracked()
class Expenditure(TenantRecord):
    """Actual spend in pounds; a credit is negative. Unknown eligibility counts as eligible (KPIS.md, "Words")."""

    contract = TenantForeignKey("commissioning.Contract", related_name="expenditure")
    incurred_on = models.DateField()
    amount = ExactDecimalField()
    indicator = models.CharField(blank=True)
    category = models.CharField(blank=True)
    invoice_ref = models.CharField(blank=True)
    defrayed_on = models.DateField(null=True, blank=True)
    eligible = models.BooleanField(null=True, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "expenditure"


@tracked()
class ContractTerm(TenantRecord):
    """What a contract pays for one thing: pounds for each, up to ``cap`` of them, between two days.

    A contract without terms is paid what it spends (contract KPIS.md, "The claim").
    """

    contract = TenantForeignKey("commissioning.Contract", related_name="terms")
    item = models.CharField("pays for", choices=TermItem)
    unit_price = ExactDecimalField("price of one", null=True, blank=True)
    cap = models.IntegerField("at most", null=True, blank=True)
    from_date = models.DateField("from", null=True, blank=True)
    to_date = models.DateField("to", null=True, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("item", TermItem),
            in_order("from_date", "to_date"),
            *at_least_zero("unit_price", "cap"),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}, {self.contract}"
