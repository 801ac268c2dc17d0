from django.db import models

from caseload.enums import SupportedPerson, TrainingResult
from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class InWorkTraining(TenantRecord):
    """Training taken up by somebody in work (CAS-20)."""

    client = TenantForeignKey("caseload.Client", related_name="in_work_training")
    employer = TenantForeignKey("employers.Employer", related_name="in_work_training")
    started_on = models.DateField()
    completed_on = models.DateField(null=True, blank=True)
    result = models.CharField(choices=TrainingResult, blank=True)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "in-work training"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("result", TrainingResult, optional=True),
            in_order("started_on", "completed_on"),
        ]


@tracked()
class InWorkSupport(TenantRecord):
    """Support used by an employee, who is a client, or by a manager, who is a name at an employer (CAS-19)."""

    person = models.CharField(choices=SupportedPerson)
    client = TenantForeignKey("caseload.Client", null=True, blank=True, related_name="in_work_support")
    employer = TenantForeignKey("employers.Employer", related_name="in_work_support")
    manager_name = models.CharField(blank=True)
    occurred_on = models.DateField()
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "in-work support"
        constraints = [*TenantRecord.Meta.constraints, one_of("person", SupportedPerson)]
