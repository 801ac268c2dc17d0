from django.db import models

from caseload.enums import QualificationLevel, QualificationType
from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Qualification(TenantRecord):
    """Learning: enrolment and achievement (CAS-13)."""

    client = TenantForeignKey("caseload.Client", related_name="qualifications")
    type = models.CharField(choices=QualificationType)
    level = models.CharField(choices=QualificationLevel)
    enrolled_on = models.DateField(null=True, blank=True)
    achieved_on = models.DateField(null=True, blank=True)
    first_at_level = models.BooleanField(null=True, blank=True)
    accredited = models.BooleanField(null=True, blank=True)
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("type", QualificationType),
            one_of("level", QualificationLevel),
            in_order("enrolled_on", "achieved_on"),
        ]
