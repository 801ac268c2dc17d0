from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantRecord
from reporting.enums import Degree, RiskStatus


@tracked()
class Objective(TenantRecord):
    """A broad aim of the strategy with its lead body."""

    code = models.CharField(max_length=80)
    title = models.CharField(max_length=500)
    lead = models.CharField(max_length=300, blank=True)
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
