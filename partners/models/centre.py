from datetime import date

from django.db import models
from django.db.models import Q

from partners.enums import CentreKind
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantManager, TenantRecord


class CentreQuerySet(models.QuerySet["Centre"]):
    def open_on(self, on: date) -> "CentreQuerySet":
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on), opened_on__lte=on)


@tracked()
class Centre(TenantRecord):
    """A training and employment centre or multi-agency locality. A baseline one was there before the programme."""

    name = models.CharField()
    kind = models.CharField(choices=CentreKind)
    ward = models.CharField(blank=True)
    lsoa = models.CharField("LSOA", blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    baseline = models.BooleanField(null=True, blank=True)

    objects = TenantManager.from_queryset(CentreQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", CentreKind),
            in_order("opened_on", "closed_on"),
        ]

    def __str__(self) -> str:
        return self.name
