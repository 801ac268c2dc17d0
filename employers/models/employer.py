from datetime import date

from django.db import models
from django.db.models import Q

from employers.enums import Ownership, SizeBand
from employers.keys import business_key
from partners.platform.history import tracked
from partners.platform.search_keys import search_key
from partners.platform.tenancy.constraints import in_order, one_at_a_time, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class EmployerQuerySet(models.QuerySet["Employer"]):
    def current(self) -> "EmployerQuerySet":
        """Leave out entries that were merged into another: the directory and every choice begin here."""
        return self.filter(merged_into__isnull=True)


@tracked()
class Employer(TenantRecord):
    """An employer or employment agency of the travel-to-work area, shared by all partners (EMP-01).

    A merged one keeps its row and points at the one that stands; nothing else names it (employers.services.merging).
    """

    name = models.CharField()
    name_key = search_key("name")
    business_key = business_key("name")
    sector = models.CharField()
    size_band = models.CharField(choices=SizeBand)
    ownership = models.CharField(choices=Ownership)
    postcode = models.CharField(blank=True)
    district = models.CharField(blank=True)
    employment_agency = models.BooleanField(null=True, blank=True)
    merged_into = TenantForeignKey("employers.Employer", null=True, blank=True, related_name="+", editable=False)

    objects = TenantManager.from_queryset(EmployerQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("size_band", SizeBand),
            one_of("ownership", Ownership),
        ]
        indexes = [
            # The employer directory, by name, and the search for one.
            models.Index(fields=["consortium", "name_key"], name="employers_employer_by_name"),
            # Those that may be one.
            models.Index(fields=["consortium", "business_key"], name="employers_employer_alike"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManagerQuerySet(models.QuerySet["AccountManager"]):
    def in_force(self, *, on: date) -> "AccountManagerQuerySet":
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gte=on), from_date__lte=on)


@tracked()
class AccountManager(TenantRecord):
    """The single point of contact for an employer, as a dated spell (EMP-02)."""

    employer = TenantForeignKey("employers.Employer", related_name="account_managers")
    staff = TenantForeignKey("partners.StaffMember", related_name="accounts")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(AccountManagerQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            one_at_a_time(
                "employer",
                name="employers_accountmanager_one",
                message="This employer already has an account manager on one of these days.",
            ),
        ]
