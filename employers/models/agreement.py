from datetime import date

from django.db import models
from django.db.models import Q

from employers.enums import AgreementKind
from partners.platform.dates import long_date
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class AgreementQuerySet(models.QuerySet["EmployerAgreement"]):
    def in_force(self, *, on: date) -> "AgreementQuerySet":
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gte=on), from_date__lte=on)


@tracked()
class EmployerAgreement(TenantRecord):
    """What an employer has signed up to, as a dated spell (EMP-07, EMP-10)."""

    employer = TenantForeignKey("employers.Employer", related_name="agreements")
    kind = models.CharField(choices=AgreementKind)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(AgreementQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", AgreementKind),
            in_order("from_date", "to_date"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {long_date(self.from_date)}"
