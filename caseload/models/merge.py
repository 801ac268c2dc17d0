from django.db import models
from django.db.models import F, Q

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class ClientMergeQuerySet(models.QuerySet["ClientMerge"]):
    def standing(self) -> "ClientMergeQuerySet":
        return self.filter(undone_at__isnull=True)


@tracked()
class ClientMerge(TenantRecord):
    """That a record and another are of one person, until it is undone.

    ``Client.merged_into`` is one step deep and names who stands for a person now; these acts keep which record was
    found to be which, so that undoing one of them leaves every other as it was. ``made_by`` is nobody where a partner's
    record was linked by a sure match.
    """

    record = TenantForeignKey("caseload.Client", related_name="merges")
    into = TenantForeignKey("caseload.Client", related_name="+")
    made_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")

    objects = TenantManager.from_queryset(ClientMergeQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "record"], condition=Q(undone_at__isnull=True), name="caseload_clientmerge_one"
            ),
            models.CheckConstraint(
                condition=~Q(record=F("into")),
                name="caseload_clientmerge_other",
                violation_error_message="A record cannot be merged into itself.",
            ),
        ]
