from django.db import models

from caseload.enums import CheckWeek, Evidence
from caseload.models.recorded import recording_organisation
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, in_order, one_of, within_a_week
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Job(TenantRecord):
    """A job start (CAS-17). Hours are per week, wages pounds per hour."""

    client = TenantForeignKey("caseload.Client", related_name="jobs")
    employer = TenantForeignKey("employers.Employer", null=True, blank=True, related_name="jobs")
    vacancy = TenantForeignKey("employers.Vacancy", null=True, blank=True, related_name="jobs")
    jigs_agreement = TenantForeignKey("employers.EmployerAgreement", null=True, blank=True, related_name="jobs")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    hours_per_week = ExactDecimalField(null=True, blank=True)
    hourly_wage = ExactDecimalField(null=True, blank=True)
    self_employed = models.BooleanField(null=True, blank=True)
    permanent = models.BooleanField(null=True, blank=True)
    evidence = models.CharField(choices=Evidence)
    verified_on = models.DateField(null=True, blank=True)
    recorded_on = models.DateField()
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("evidence", Evidence),
            in_order("started_on", "ended_on"),
            *within_a_week("hours_per_week", name="caseload_job_week"),
            *at_least_zero("hourly_wage"),
        ]
        indexes = [
            # The worklist: jobs whose weeks are over.
            models.Index(fields=["consortium", "started_on"], name="caseload_job_started"),
        ]


@tracked()
class EmploymentCheck(TenantRecord):
    """Is the client still in work 13, 26 or 52 weeks after the job start (CAS-18)."""

    job = TenantForeignKey("caseload.Job", related_name="checks")
    week = models.SmallIntegerField(choices=CheckWeek)
    checked_on = models.DateField()
    in_work = models.BooleanField()
    evidence = models.CharField(choices=Evidence)
    verified_on = models.DateField(null=True, blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("evidence", Evidence),
            Check(
                about=("week",),
                condition=models.Q(week__in=CheckWeek.values),
                name="caseload_employmentcheck_week",
                violation_error_message="Checks are at 13, 26 and 52 weeks.",
            ),
        ]
