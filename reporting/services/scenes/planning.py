"""What partners plan to invest and what running the partnership costs: Leicester's Tables 13, 17 and 18.

The plan's years lie around today, as the whole of the demonstration does; the amounts are those of the tables.
"""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from commissioning.enums import BudgetBasis, Certainty, ContributionStatus, InvestmentMark, PrintedIn
from commissioning.models import (
    ActionFunding,
    BudgetLine,
    Contribution,
    FundingStream,
    PlanAction,
    PlannedInvestment,
    PrintedTotal,
)
from commissioning.services.ledger import financial_year
from partners.models import Organisation, Post
from partners.platform.records.changing import keep
from reporting.packs.loading import plan_facts
from reporting.services.scenes.stage import Stage

RATES = {"pay_award": (BudgetBasis.PAY_AWARD, 3), "employer_on_costs": (BudgetBasis.ON_COSTS, 20)}
FUNDED = {"salaries": "leicester-stream-nrf", "development": "leicester-stream-daf"}
POSTS = {"project_manager": "Programme manager", "development_officers": "Project manager"}
MAPPED = Decimal("0.8")  # of each amount, what is meant for an action already
PLAN = "leicester"


def plan_the_money(stage: Stage) -> None:
    years = [financial_year(stage.today.replace(year=stage.today.year + more, day=1)) for more in range(3)]
    known = {row["id"]: row for row in stage.margins.pack.rows("streams")}
    for stream in FundingStream.objects.order_by("pk"):
        _plan_stream(stream, known.get(stream.external_id), years)
    if stage.consortium.pack == PLAN:
        _map_to_actions(stage, known, years[0])
        _budget(years[0])


def _plan_stream(stream: FundingStream, row: dict[str, Any] | None, years: list[str]) -> None:
    amount = _amount(stream, row, years[0])
    first = InvestmentMark.AMOUNT if amount is not None else InvestmentMark.TO_BE_CONFIRMED
    later = (InvestmentMark.TO_BE_CONFIRMED, InvestmentMark.BLANK if stream.mainstream else InvestmentMark.DASH)
    certain = Certainty.FIRM if amount is not None and not stream.mainstream else Certainty.INDICATIVE
    conditions = row["conditions"] if row else ""
    for year, mark in zip(years, (first, *later), strict=True):
        is_first = year == years[0]
        keep(
            PlannedInvestment(
                funding_stream=stream,
                financial_year=year,
                mark=mark,
                amount=amount if is_first else None,
                certainty=certain if is_first else Certainty.INDICATIVE,
                conditions=(conditions or "")[:500] if is_first else "",
            )
        )


def _amount(stream: FundingStream, row: dict[str, Any] | None, year: str) -> Decimal | None:
    """Return what the plan states of a stream; without a plan, what partners agreed to put in."""
    if row is not None:
        stated = [each["amount"] for each in row["amounts"] if each["amount"] is not None]
        return Decimal(stated[0]) if stated else None
    agreed = Contribution.objects.filter(funding_stream=stream, financial_year=year, status=ContributionStatus.AGREED)
    sum_of: Decimal | None = agreed.aggregate(sum=Sum("amount"))["sum"]
    return sum_of


def _map_to_actions(stage: Stage, known: dict[str, dict[str, Any]], year: str) -> None:
    """Take the first activity of each objective of Table 13; a stream's money goes to the objectives it is for."""
    lead = Organisation.objects.filter(accountable_body=True).first()
    actions = {
        each["objective_key"]: keep(
            PlanAction(title=each["activities"][0][:300], lead=lead, objective=each["objective_key"].replace("_", " "))
        )
        for each in plan_facts(PLAN, "programme_elements")
    }
    for cell in PlannedInvestment.objects.filter(financial_year=year, amount__gt=0).select_related("funding_stream"):
        row = known.get(cell.funding_stream.external_id, {})
        served = [actions[key] for key in row.get("objectives") or [] if key in actions]
        for action in served:
            share = (cell.amount or Decimal(0)) * MAPPED / len(served)
            keep(ActionFunding(action=action, planned=cell, amount=share.quantize(Decimal(1))))


def _budget(year: str) -> None:
    streams = {each.external_id: each for each in FundingStream.objects.all()}
    posts = {each.title: each for each in Post.objects.all()}
    for row in plan_facts(PLAN, "admin_budget"):
        basis, rate = RATES.get(row["key"], (BudgetBasis.GIVEN, None))
        keep(
            BudgetLine(
                purpose=row["line"],
                category=row["category"],
                financial_year=year,
                amount=Decimal(row["amount_gbp"]),
                basis=basis,
                rate=None if rate is None else Decimal(rate),
                post=posts.get(POSTS.get(row["key"], "")),
                funding_stream=streams.get(FUNDED.get(row["category"], "")),
            )
        )
    printed = {"amount": Decimal(319_800), "source": "Leicester business plan, Table 18, for 2007-08"}
    keep(PrintedTotal(document=PrintedIn.BUDGET, financial_year=year, **printed))
