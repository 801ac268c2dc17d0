from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantForeignKey, TenantModel, TenantRecord


@tracked()
class EmployerMatch(TenantRecord):
    """What somebody decided of two employers that look alike: one, of which ``employer`` stands, or two.

    A merge that was taken back keeps its row, with who did it and when.
    """

    employer = TenantForeignKey("employers.Employer", related_name="+")
    other = TenantForeignKey("employers.Employer", related_name="+")
    same_employer = models.BooleanField()
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = TenantForeignKey("partners.StaffMember", related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "employer matches"
        constraints = [
            *TenantRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(employer=F("other")),
                name="employers_employermatch_two",
                violation_error_message="Choose two employers.",
            ),
        ]


class EmployerMove(TenantModel):
    """A record that a merge moved from one employer to the other, so that taking it back moves all of them again.

    ``table`` is the model and its field; with ``is_made`` the merge made the record, and taking it back removes it.
    """

    match = TenantForeignKey("employers.EmployerMatch", on_delete=models.CASCADE, related_name="moves")
    table = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    is_made = models.BooleanField(default=False)
    came_from = TenantForeignKey("employers.Employer", related_name="+")
    went_to = TenantForeignKey("employers.Employer", related_name="+")
