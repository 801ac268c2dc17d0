from datetime import date

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from partners.enums import OrganisationType
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantManager, TenantRecord


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def in_ib_programme(self, *, on: date) -> "OrganisationQuerySet":
        return self.filter(Q(ib_programme_to__isnull=True) | Q(ib_programme_to__gte=on), ib_programme_from__lte=on)


@tracked()
class Organisation(TenantRecord):
    """A partner organisation of the consortium. Its group holds the object permissions of all its staff."""

    name = models.CharField()
    type = models.CharField(choices=OrganisationType)
    accountable_body = models.BooleanField(null=True, blank=True)
    primary_health_provider = models.BooleanField(null=True, blank=True)
    ib_programme_from = models.DateField(null=True, blank=True)
    ib_programme_to = models.DateField(null=True, blank=True)
    group = models.OneToOneField(
        Group, on_delete=models.SET_NULL, null=True, editable=False, related_name="organisation"
    )

    objects = TenantManager.from_queryset(OrganisationQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("type", OrganisationType),
            in_order("ib_programme_from", "ib_programme_to"),
        ]

    def __str__(self) -> str:
        return self.name
