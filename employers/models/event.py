from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class EmployerEvent(TenantRecord):
    """An employer event held in a centre (EMP-15)."""

    centre = TenantForeignKey("partners.Centre", related_name="employer_events")
    title = models.CharField()
    held_on = models.DateField()
    attendance = models.IntegerField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, *at_least_zero("attendance")]
