from django.db import models

from partners.history import tracked
from partners.tenancy.models import TenantRecord


@tracked()
class PriorityArea(TenantRecord):
    """A small area the strategy singles out (Leicester business plan, Table 15), with the ward it lies in."""

    lsoa = models.CharField("LSOA", max_length=9)
    ward = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "lsoa"], name="partners_priorityarea_lsoa"),
        ]

    def __str__(self) -> str:
        return self.lsoa
