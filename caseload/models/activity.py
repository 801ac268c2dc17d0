from django.db import models

from caseload.enums import CONTACTS, ActivityKind, Stage
from partners.history import tracked
from partners.tenancy.constraints import one_of
from partners.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class StageEvent(TenantRecord):
    """A step of the journey before work (CAS-07). ``recorded_on`` later than ``occurred_on`` is back-dating."""

    client = TenantForeignKey("caseload.Client", related_name="stage_events")
    stage = models.CharField(choices=Stage)
    occurred_on = models.DateField()
    recorded_on = models.DateField()
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("stage", Stage)]


@tracked()
class Activity(TenantRecord):
    """An engagement, survey, centre visit, contact or appointment (CAS-05)."""

    client = TenantForeignKey("caseload.Client", related_name="activities")
    kind = models.CharField(choices=ActivityKind)
    occurred_on = models.DateField()
    centre = TenantForeignKey("partners.Centre", null=True, blank=True, related_name="+")
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "activities"
        constraints = [*TenantRecord.Meta.constraints, one_of("kind", ActivityKind)]
        indexes = [
            # The worklist: appointments of the week; and whose last contact is of today.
            models.Index(
                fields=["consortium", "occurred_on"],
                condition=models.Q(kind__in=CONTACTS),
                name="caseload_activity_contact",
            ),
        ]
