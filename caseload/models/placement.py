from django.db import models

from caseload.enums import PlacementKind, PlacementResult
from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Placement(TenantRecord):
    """A work placement, work trial, apprenticeship or funded job taken by a client (CAS-14)."""

    client = TenantForeignKey("caseload.Client", related_name="placements")
    employer = TenantForeignKey("employers.Employer", related_name="placements")
    kind = models.CharField(choices=PlacementKind)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    result = models.CharField(choices=PlacementResult, blank=True)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", PlacementKind),
            one_of("result", PlacementResult, optional=True),
            in_order("started_on", "ended_on"),
        ]


@tracked()
class PreRecruitmentActivity(TenantRecord):
    """A course run with an employer before recruiting, as a funnel of numbers (EMP-09).

    It stands in this app and not with the employers because it names a contract, which they do not know.
    """

    employer = TenantForeignKey("employers.Employer", related_name="pre_recruitment")
    title = models.CharField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    applied = models.IntegerField()
    invited = models.IntegerField()
    attended = models.IntegerField()
    assessed = models.IntegerField(null=True, blank=True)
    interviewed = models.IntegerField()
    offered = models.IntegerField()
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "pre-recruitment activities"
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("started_on", "ended_on"),
            *at_least_zero("applied", "invited", "attended", "assessed", "interviewed", "offered"),
        ]
