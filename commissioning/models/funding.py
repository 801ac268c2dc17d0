from django.db import models

from commissioning.enums import ContributionStatus
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


@tracked()
class FundingStream(TenantRecord):
    """A named source of money (COM-01). Mainstream is a partner's normal budget."""

    name = models.CharField()
    funder = models.CharField(blank=True)
    mainstream = models.BooleanField()

    def __str__(self) -> str:
        return self.name


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
