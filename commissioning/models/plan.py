"""What partners plan to invest, stream by stream and year by year, and what running the partnership costs."""

import re

from django.db import models
from django.db.models import Q

from commissioning.enums import BudgetBasis, BudgetCategory, Certainty, InvestmentMark, PrintedIn
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord

YEAR = re.compile(r"\d{4}-\d{2}")
YEAR_WANTED = "Enter a financial year, as 2007-08."


def is_a_year() -> Check:
    return Check(
        about=("financial_year",),
        condition=Q(financial_year__regex=r"^\d{4}-\d{2}$"),
        name="%(app_label)s_%(class)s_year",
        violation_error_message=YEAR_WANTED,
    )


@tracked()
class PlannedInvestment(TenantRecord):
    """A cell of the investment plan: what a stream brings in a financial year, in pounds (COM-02; BCBC 3.7.4).

    An amount, *to be confirmed*, a dash and a blank are four different things, and none of them is nought.
    """

    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="planned_investment")
    financial_year = models.CharField(max_length=7)
    mark = models.CharField("what stands there", choices=InvestmentMark, default=InvestmentMark.AMOUNT)
    amount = ExactDecimalField(null=True, blank=True)
    certainty = models.CharField("how certain", choices=Certainty, default=Certainty.INDICATIVE)
    area = models.CharField("only in", max_length=200, blank=True)
    conditions = models.CharField(max_length=500, blank=True)
    printed_note = models.CharField("note printed beside it", max_length=500, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "planned investment"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("mark", InvestmentMark),
            one_of("certainty", Certainty),
            *at_least_zero("amount"),
            is_a_year(),
            Check(
                about=("amount",),
                condition=Q(mark=InvestmentMark.AMOUNT, amount__isnull=False)
                | (~Q(mark=InvestmentMark.AMOUNT) & Q(amount__isnull=True)),
                name="commissioning_plannedinvestment_amount_of_mark",
                violation_error_message="Enter pounds where an amount stands, and leave it empty anywhere else.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "funding_stream", "financial_year"],
                name="commissioning_plannedinvestment_cell",
                violation_error_message="The plan has this stream in this year already. Change that cell.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding_stream}, {self.financial_year}"


@tracked()
class PlanAction(TenantRecord):
    """An action of the plan that money is found for; its cost in pounds, where somebody has said it (COM-02)."""

    title = models.CharField(max_length=300)
    lead = TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="plan_actions")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    cost = ExactDecimalField(null=True, blank=True)
    objective = models.CharField(max_length=300, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, in_order("starts_on", "ends_on"), *at_least_zero("cost")]

    def __str__(self) -> str:
        return self.title


@tracked()
class ActionFunding(TenantRecord):
    """Identified money of one cell of the plan that is meant for an action, in pounds (COM-02)."""

    action = TenantForeignKey("commissioning.PlanAction", related_name="funding")
    planned = TenantForeignKey("commissioning.PlannedInvestment", related_name="funding", verbose_name="money of")
    amount = ExactDecimalField()
    note = models.CharField(max_length=500, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "money for actions"
        constraints = [
            *TenantRecord.Meta.constraints,
            *at_least_zero("amount"),
            models.UniqueConstraint(
                fields=["consortium", "action", "planned"],
                name="commissioning_actionfunding_once",
                violation_error_message="This money is mapped to this action already. Change that.",
            ),
        ]


@tracked()
class PrintedTotal(TenantRecord):
    """A total as a document prints it, kept as a note beside the computed one; in pounds, blank: to be confirmed."""

    document = models.CharField("total of", choices=PrintedIn)
    financial_year = models.CharField(max_length=7)
    amount = ExactDecimalField(null=True, blank=True)
    source = models.CharField("printed in", max_length=300)
    note = models.CharField(max_length=500, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("document", PrintedIn),
            is_a_year(),
            models.UniqueConstraint(
                fields=["consortium", "document", "financial_year"],
                name="commissioning_printedtotal_once",
                violation_error_message="A printed total of this year is kept already. Change that.",
            ),
        ]


@tracked()
class BudgetLine(TenantRecord):
    """A line of the administrative budget, in pounds (COM-16; Leicester Table 18, Birmingham 4.3).

    ``rate`` is the percent of a pay award or of on-costs; the amount stays as it is given and what the rate makes
    stands beside it. A line without a stream and without a named funder has no funder.
    """

    purpose = models.CharField(max_length=300)
    category = models.CharField(choices=BudgetCategory)
    financial_year = models.CharField(max_length=7)
    amount = ExactDecimalField()
    basis = models.CharField("how it is made", choices=BudgetBasis, default=BudgetBasis.GIVEN)
    rate = ExactDecimalField("percent", null=True, blank=True)
    post = TenantForeignKey("partners.Post", null=True, blank=True, related_name="budget_lines")
    full_time_equivalents = ExactDecimalField(null=True, blank=True)
    funding_stream = TenantForeignKey("commissioning.FundingStream", null=True, blank=True, related_name="budget_lines")
    funder = models.CharField("funder, if no stream", max_length=200, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("category", BudgetCategory),
            one_of("basis", BudgetBasis),
            *at_least_zero("amount", "rate", "full_time_equivalents"),
            is_a_year(),
            Check(
                about=("rate",),
                condition=Q(basis=BudgetBasis.GIVEN, rate__isnull=True)
                | (~Q(basis=BudgetBasis.GIVEN) & Q(rate__isnull=False)),
                name="commissioning_budgetline_rate_of_basis",
                violation_error_message="Enter the percent of a pay award or of on-costs, and of nothing else.",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
