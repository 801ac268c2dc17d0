from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Team(TenantRecord):
    """People of one organisation who share an inbox."""

    organisation = TenantForeignKey("partners.Organisation", related_name="teams")
    name = models.CharField(max_length=200)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "organisation", "name"],
                name="partners_team_name",
                violation_error_message="This organisation already has a team of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
