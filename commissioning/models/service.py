from django.db import models

from commissioning.enums import ServiceKind
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Service(TenantRecord):
    """A row of the provision directory: what is on offer, where, for whom (COM-04)."""

    name = models.CharField()
    organisation = TenantForeignKey("partners.Organisation", related_name="services")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="services")
    kind = models.CharField(choices=ServiceKind)
    centre = TenantForeignKey("partners.Centre", null=True, blank=True, related_name="services")
    eligibility = models.TextField(blank=True)
    capacity = models.IntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", ServiceKind),
            in_order("starts_on", "ends_on"),
            *at_least_zero("capacity"),
        ]

    def __str__(self) -> str:
        return self.name
