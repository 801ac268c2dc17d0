from django.db import models

from employers.enums import ContactChannel
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class EmployerContact(TenantRecord):
    """A contact with an employer, by whichever partner (EMP-02)."""

    employer = TenantForeignKey("employers.Employer", related_name="contacts")
    staff = TenantForeignKey("partners.StaffMember", related_name="employer_contacts")
    occurred_on = models.DateField()
    channel = models.CharField(choices=ContactChannel)
    summary = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("channel", ContactChannel)]
        indexes = [
            # Who contacted this employer last.
            models.Index(fields=["consortium", "employer", "-occurred_on"], name="employers_contact_latest"),
        ]
