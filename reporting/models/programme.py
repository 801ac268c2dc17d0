from datetime import date

from django.db import models
from django.db.models import Q

from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord
from reporting.enums import Degree, Measure, RiskStatus


@tracked()
class Objective(TenantRecord):
    """A broad aim of the strategy with its lead body, and the person there who writes of it in each return."""

    code = models.CharField(max_length=80)
    title = models.CharField(max_length=500)
    lead = models.CharField(max_length=300, blank=True)
    lead_person = TenantForeignKey(
        "partners.StaffMember", null=True, blank=True, related_name="+", verbose_name="person who leads it"
    )
    source = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "code"], name="reporting_objective_code"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class Milestone(TenantRecord):
    """A dated event to reach; the forecast and what is done about slippage (REP-07)."""

    title = models.CharField()
    objective = models.CharField(blank=True)
    due_on = models.DateField()
    forecast_on = models.DateField(null=True, blank=True)
    achieved_on = models.DateField(null=True, blank=True)
    mitigation = models.TextField(blank=True)
    needs = TenantForeignKey("reporting.Milestone", null=True, blank=True, related_name="needed_by")

    def __str__(self) -> str:
        return self.title


@tracked()
class Risk(TenantRecord):
    """A chance event with likelihood, impact, control and owner (REP-13)."""

    title = models.CharField()
    likelihood = models.CharField(choices=Degree)
    impact = models.CharField(choices=Degree)
    control = models.TextField(blank=True)
    owner = models.CharField(blank=True)
    status = models.CharField(choices=RiskStatus)
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("likelihood", Degree),
            one_of("impact", Degree),
            one_of("status", RiskStatus),
        ]

    def __str__(self) -> str:
        return self.title


class ToleranceQuerySet(models.QuerySet["Tolerance"]):
    def on(self, day: date) -> "ToleranceQuerySet":
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gte=day), from_date__lte=day)


@tracked()
class Tolerance(TenantRecord):
    """How far a stage of the project may be off before it is reported to the board, as it was agreed.

    Leicester business plan, section 4 (programme management). ``limit`` is in days for time, in per cent for cost and
    quality; ``agreed`` says by whom, where and why. Of several on one day the one that began last holds.
    """

    measure = models.CharField(choices=Measure)
    stage = models.CharField("stage of the project", max_length=200)
    limit = models.DecimalField(max_digits=6, decimal_places=1)
    from_date = models.DateField("from")
    to_date = models.DateField("until", null=True, blank=True)
    agreed = models.TextField("who agreed it, and why")

    objects = TenantManager.from_queryset(ToleranceQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("measure", Measure),
            *at_least_zero("limit"),
            in_order("from_date", "to_date"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.stage}"
