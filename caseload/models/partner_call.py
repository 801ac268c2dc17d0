from django.db import models

from partners.platform.tenancy.models import TenantForeignKey, TenantModel


class PartnerCall(TenantModel):
    """A call of a partner's system that made a record, so that its repeat finds that record (API.md "Journey").

    ``made`` names the kind of record, as ``caseload.stageevent``, and ``record`` its public id.
    """

    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    key = models.CharField(max_length=220, db_collation="C")
    content_hash = models.CharField(max_length=64)
    made = models.CharField(max_length=60)
    record = models.UUIDField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "organisation", "key"], name="caseload_partnercall_once"),
        ]
