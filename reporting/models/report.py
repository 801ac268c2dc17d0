from django.db import models

from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Narrative(TenantRecord):
    """What a return says of one objective: activity and progress in its quarter (REP-07, item 1)."""

    filed = TenantForeignKey("reporting.Return", related_name="narratives", verbose_name="return")
    objective = TenantForeignKey("reporting.Objective", related_name="narratives")
    body = models.TextField("activity and progress")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "filed", "objective"],
                name="reporting_narrative_once",
                violation_error_message="This return says something of this objective already. Change that.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filed}: {self.objective}"


@tracked()
class ProblemHolder(TenantRecord):
    """Who has one kind of problem of a return to mend; it is done when none is left."""

    filed = TenantForeignKey("reporting.Return", related_name="problem_holders", verbose_name="return")
    problem = models.CharField(max_length=60)
    holder = TenantForeignKey("partners.StaffMember", related_name="+", verbose_name="who has it")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "filed", "problem"],
                name="reporting_problemholder_once",
                violation_error_message="Somebody has this already.",
            ),
        ]


@tracked()
class SpendForecast(TenantRecord):
    """What is expected to be spent of one funding stream in a quarter, in pounds (REP-07, item 4)."""

    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="spend_forecasts")
    quarter = models.CharField(max_length=10)
    value = ExactDecimalField("forecast")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            *at_least_zero("value"),
            models.UniqueConstraint(
                fields=["consortium", "funding_stream", "quarter"], name="reporting_spendforecast_once"
            ),
        ]
