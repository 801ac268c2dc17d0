from django.db import models

from commissioning.enums import ContributionStatus, StreamKind
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


@tracked()
class FundingStream(TenantRecord):
    """A named source of money (COM-01). Mainstream is a partner's normal budget."""

    name = models.CharField()
    funder = models.CharField(blank=True)
    mainstream = models.BooleanField()

    def __str__(self) -> str:
        return self.name


@tracked()
class StreamEntry(TenantRecord):
    """What the register says of a funding stream beside its name and funder (COM-01; Leicester plan, Table 17)."""

    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="entries")
    kind = models.CharField(choices=StreamKind)
    owner = TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    timescale = models.CharField(max_length=200, blank=True)
    areas = models.CharField(max_length=500, blank=True)
    groups = models.CharField(max_length=500, blank=True)
    conditions = models.TextField(max_length=2000, blank=True)
    alignment = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "stream entries"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", StreamKind),
            in_order("starts_on", "ends_on"),
            models.UniqueConstraint(
                fields=["consortium", "funding_stream"],
                name="commissioning_streamentry_once",
                violation_error_message="The register has this stream already. Change that entry.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding_stream}, {self.get_kind_display()}"


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, staff: StaffMember) -> "ContributionQuerySet":
        """Return the contributions this person may see: one's own organisation's; all, for the accountable body."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(organisation=staff.organisation_id)


@tracked()
class Contribution(TenantRecord):
    """Money put into the joint commissioning pot, in pounds, for a financial year such as ``2007-08`` (COM-03)."""

    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="contributions")
    organisation = TenantForeignKey("partners.Organisation", related_name="contributions")
    financial_year = models.CharField(max_length=7)
    amount = ExactDecimalField()
    status = models.CharField(choices=ContributionStatus)
    agreed_on = models.DateField(null=True, blank=True)
    objective = models.CharField(blank=True)

    objects = TenantManager.from_queryset(ContributionQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("status", ContributionStatus),
            *at_least_zero("amount"),
        ]
