from django.db import models

from partners.platform.tenancy.models import TenantForeignKey, TenantRecord

NAME_LENGTH = 60
QUERY_LENGTH = 2000


class SavedView(TenantRecord):
    """A list as one person keeps it: the filters and the order of its address, under a name. Nobody else sees it.

    It holds no record and no words searched for in personal records; it goes when its owner has left.
    """

    owner = TenantForeignKey("partners.StaffMember", related_name="saved_views")
    path = models.CharField(max_length=200, db_collation="C")
    name = models.CharField(max_length=NAME_LENGTH)
    query = models.CharField(max_length=QUERY_LENGTH)

    class Meta(TenantRecord.Meta):
        db_table = "caseload_savedview"  # where it was kept first
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "owner", "path", "name"], name="partners_savedview_name"),
        ]

    def __str__(self) -> str:
        return self.name
