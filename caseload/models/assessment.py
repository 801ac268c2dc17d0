from django.db import models
from django.db.models import Q

from caseload.enums import ActionOwner, Dimension
from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Assessment(TenantRecord):
    """One dimension of an employment and skills assessment, from 1 (furthest from work) to 10 (CAS-10)."""

    client = TenantForeignKey("caseload.Client", related_name="assessments")
    assessed_on = models.DateField()
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    dimension = models.CharField(choices=Dimension)
    score = models.IntegerField()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("dimension", Dimension),
            Check(
                about=("score",),
                condition=Q(score__gte=1, score__lte=10),
                wrong="{score} NOT BETWEEN 1 AND 10",
                name="caseload_assessment_score",
                violation_error_message="A score is a whole number from 1 to 10.",
            ),
        ]


@tracked()
class PlanAction(TenantRecord):
    """An action of the jobs and skills action plan (CAS-11)."""

    client = TenantForeignKey("caseload.Client", related_name="plan_actions")
    title = models.CharField()
    owner = models.CharField(choices=ActionOwner)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("owner", ActionOwner)]
        indexes = [
            # The worklist: what is due.
            models.Index(
                fields=["consortium", "due_on"],
                condition=Q(done_on__isnull=True, cancelled_on__isnull=True),
                name="caseload_planaction_due",
            ),
        ]

    def __str__(self) -> str:
        return self.title
