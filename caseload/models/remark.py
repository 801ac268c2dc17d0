from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Remark(TenantRecord):
    """What another organisation says about an entry that looks wrong to it; it stays on the entry until answered.

    ``what`` and ``entry`` name the entry: its kind as in addresses of pages, and its ``uid``; for a client's own fields
    ``client``. Both organisations read it, and those who see every client.
    """

    client = TenantForeignKey("caseload.Client", related_name="remarks")
    what = models.CharField(max_length=40)
    entry = models.UUIDField()
    words = models.TextField(max_length=2000)
    from_organisation = TenantForeignKey("partners.Organisation", related_name="+")
    to_organisation = TenantForeignKey("partners.Organisation", related_name="+")
    made_by = TenantForeignKey("partners.StaffMember", related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    answered_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints]
