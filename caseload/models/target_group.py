from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantRecord


@tracked()
class TargetGroup(TenantRecord):
    """A group the strategy singles out, with its rule as data (CAS-02); see caseload.queries.target_groups.

    ``counted`` says whether it is one of the groups that "people in any target group" means.
    """

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    rule = models.JSONField()
    rule_in_words = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    counted = models.BooleanField(default=True)
    special_category = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "code"], name="caseload_targetgroup_code"),
        ]

    def __str__(self) -> str:
        return self.title
