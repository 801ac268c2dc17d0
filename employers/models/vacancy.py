from django.db import models

from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, within_a_week
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Vacancy(TenantRecord):
    """Posts an employer wants to fill: the jobs pool (EMP-05). Hours are per week, wages pounds per hour."""

    employer = TenantForeignKey("employers.Employer", related_name="vacancies")
    title = models.CharField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    posts = models.IntegerField()
    jigs_agreement = TenantForeignKey("employers.EmployerAgreement", null=True, blank=True, related_name="vacancies")
    hours_per_week = ExactDecimalField(null=True, blank=True)
    hourly_wage = ExactDecimalField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "vacancies"
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("opened_on", "closed_on"),
            *at_least_zero("posts", "hourly_wage"),
            *within_a_week("hours_per_week", name="employers_vacancy_week"),
        ]
