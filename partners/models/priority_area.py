from django.db import models
from django.db.models import Q

from partners.enums import PriorityAreaKind
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantRecord


@tracked()
class PriorityArea(TenantRecord):
    """A small area the strategy singles out, with the ward and district it lies in.

    Leicester names 18 LSOAs (business plan, Table 15), Birmingham and the Black Country 55 wards (section 2.1.19),
    Coventry nine neighbourhoods by name only (NI 152 action plan, section 2).
    """

    kind = models.CharField(choices=PriorityAreaKind, default=PriorityAreaKind.LSOA)
    lsoa = models.CharField("LSOA", max_length=9, blank=True)
    ward = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", PriorityAreaKind),
            models.UniqueConstraint(
                fields=["consortium", "lsoa"],
                condition=~Q(lsoa=""),
                name="partners_priorityarea_lsoa",
                violation_error_message="This LSOA is a priority area already.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "kind", "district", "ward", "name"],
                condition=Q(lsoa=""),
                name="partners_priorityarea_place",
                violation_error_message="This place is a priority area already.",
            ),
            models.CheckConstraint(
                condition=(Q(kind=PriorityAreaKind.LSOA) & ~Q(lsoa=""))
                | (Q(kind=PriorityAreaKind.WARD) & ~Q(ward=""))
                | (Q(kind=PriorityAreaKind.NEIGHBOURHOOD) & ~Q(name="")),
                name="partners_priorityarea_named",
                violation_error_message="Name the area: an LSOA by its code, a ward or neighbourhood by its name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.lsoa or self.ward
