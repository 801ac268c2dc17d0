from django.db import models

from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Enrolment(TenantRecord):
    """A client on a contract."""

    client = TenantForeignKey("caseload.Client", related_name="enrolments")
    contract = TenantForeignKey("commissioning.Contract", related_name="enrolments")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(blank=True)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, in_order("started_on", "ended_on")]
