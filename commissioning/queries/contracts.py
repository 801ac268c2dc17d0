"""Contracts with what was planned, spent and is left; streams and contributions with their sums."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round, TruncMonth

from commissioning.enums import ContributionStatus, ProfileKind
from commissioning.models import Contract, ContractProfile, Contribution, Expenditure, FundingStream
from partners.models import StaffMember

POUNDS: Any = DecimalField(max_digits=None, decimal_places=None)
NOTHING = Decimal(0)
MOST_CATEGORIES = 200


def contracts(staff: StaffMember, *, today: date) -> QuerySet[Contract]:
    """Return the contracts in sight with spend and profile to date, for the list; sums by the index on the contract."""
    planned = ContractProfile.objects.filter(contract=OuterRef("pk"), kind=ProfileKind.SPEND, month__lte=today)
    spent = Expenditure.objects.filter(contract=OuterRef("pk"), incurred_on__lte=today)
    listed: QuerySet[Contract] = (
        Contract.objects.visible_to(staff)
        .select_related("provider", "funding_stream")
        .annotate(
            planned_to_date=_sum(planned, "planned"),
            spent_to_date=_sum(spent, "amount"),
        )
        .annotate(left=F("value") - F("spent_to_date"))
        .order_by("-starts_on", "title")
    )
    return listed


@dataclass
class Month:
    """One month of a contract: planned and spent, alone and added up."""

    month: date
    planned: Decimal = NOTHING
    spent: Decimal = NOTHING
    planned_so_far: Decimal = NOTHING
    spent_so_far: Decimal = NOTHING

    @property
    def difference(self) -> Decimal:
        return self.spent_so_far - self.planned_so_far


@dataclass
class Money:
    """A contract's money: its months, and sums to date of the whole."""

    months: list[Month] = field(default_factory=list)
    planned: Decimal = NOTHING
    planned_to_date: Decimal = NOTHING
    spent: Decimal = NOTHING
    not_eligible: Decimal = NOTHING
    not_defrayed: Decimal = NOTHING
    eligible: Decimal = NOTHING
    # Rows on days without the contract, paid before the day they were incurred, and with fractions of a penny.
    outside: int = 0
    early: int = 0
    fractions: int = 0


def money_of(contract: Contract, *, today: date) -> Money:
    """Return a contract's spend against its profile, month by month: three queries.

    A month is there when it was planned or spent in; spend before the start or after the end is shown, not hidden.
    """
    months: dict[date, Month] = defaultdict(lambda: Month(date.min))
    profile = contract.profiles.filter(kind=ProfileKind.SPEND).values_list("month").annotate(Sum("planned"))
    for month, planned in profile.order_by("month"):
        months[month].planned = planned
    spend = contract.expenditure.annotate(month=TruncMonth("incurred_on")).values_list("month").annotate(Sum("amount"))
    for month, spent in spend.order_by("month"):
        months[month].spent = spent
    sums = contract.expenditure.aggregate(
        spent=Sum("amount"),
        not_eligible=Sum("amount", filter=Q(eligible=False)),
        not_defrayed=Sum("amount", filter=Q(defrayed_on__isnull=True)),
        eligible=Sum("amount", filter=Q(eligible__isnull=True) | Q(eligible=True)),
        outside=Count("pk", filter=Q(incurred_on__lt=contract.starts_on) | Q(incurred_on__gt=contract.ends_on)),
        early=Count("pk", filter=Q(defrayed_on__lt=F("incurred_on"))),
        fractions=Count("pk", filter=~Q(amount=Round(F("amount"), 2))),
    )
    ordered = _added_up(months)
    return Money(
        months=ordered,
        planned=sum((each.planned for each in ordered), NOTHING),
        planned_to_date=sum((each.planned for each in ordered if each.month <= today), NOTHING),
        spent=sums["spent"] or NOTHING,
        not_eligible=sums["not_eligible"] or NOTHING,
        not_defrayed=sums["not_defrayed"] or NOTHING,
        eligible=sums["eligible"] or NOTHING,
        outside=sums["outside"],
        early=sums["early"],
        fractions=sums["fractions"],
    )


def running(rows: QuerySet[Contract], *, on: date) -> QuerySet[Contract]:
    return rows.filter(starts_on__lte=on, ends_on__gte=on)


def above_profile(rows: Any, *, share: Decimal) -> Any:
    """Return the contracts whose spend to date passes their profile by more than a share of it."""
    return rows.filter(planned_to_date__gt=0, spent_to_date__gt=F("planned_to_date") * (1 + share))


def categories(staff: StaffMember) -> list[str]:
    """Return the categories in use, for choosing among them."""
    used = Expenditure.objects.visible_to(staff).exclude(category="").order_by("category")
    return list(used.values_list("category", flat=True).distinct()[:MOST_CATEGORIES])


def spend_by_category(contract: Contract) -> list[tuple[str, Decimal]]:
    rows = contract.expenditure.values_list("category").annotate(Sum("amount")).order_by("category")
    return [(category or "Not categorised", amount) for category, amount in rows]


def streams(staff: StaffMember, *, year: str = "") -> QuerySet[FundingStream]:
    """Return all funding streams; the sums agreed into them and contracted out of them are of what is in sight.

    With a financial year, such as ``2007-08``: what was agreed for it, and the contracts that begin in it.
    """
    put_in = Contribution.objects.visible_to(staff).filter(funding_stream=OuterRef("pk"))
    agreed = put_in.filter(status=ContributionStatus.AGREED)
    bought = Contract.objects.visible_to(staff).filter(funding_stream=OuterRef("pk"))
    if year:
        first = date(int(year[:4]), 4, 1)
        agreed = agreed.filter(financial_year=year)
        bought = bought.filter(starts_on__gte=first, starts_on__lt=first.replace(year=first.year + 1))
    years = put_in.order_by().values("funding_stream")
    listed: QuerySet[FundingStream] = FundingStream.objects.annotate(
        agreed=_sum(agreed, "amount", "funding_stream"),
        contracted=_sum(bought, "value", "funding_stream"),
        first_year=Subquery(years.annotate(year=Min("financial_year")).values("year")),
        last_year=Subquery(years.annotate(year=Max("financial_year")).values("year")),
    ).order_by("name")
    return listed


def overcommitted(rows: Any) -> Any:
    """Return the streams out of which more is contracted than is agreed into them."""
    return rows.filter(contracted__gt=F("agreed"))


def years_of_contributions(staff: StaffMember) -> list[str]:
    used = Contribution.objects.visible_to(staff).order_by("financial_year")
    return list(used.values_list("financial_year", flat=True).distinct())


def _added_up(months: dict[date, Month]) -> list[Month]:
    planned = spent = NOTHING
    ordered = []
    for day in sorted(months):
        month = months[day]
        month.month = day
        planned, spent = planned + month.planned, spent + month.spent
        month.planned_so_far, month.spent_so_far = planned, spent
        ordered.append(month)
    return ordered


def _sum(rows: QuerySet[ContractProfile] | Iterable[object], name: str, per: str = "contract") -> Coalesce:
    added = rows.order_by().values(per).annotate(added=Sum(name)).values("added")  # type: ignore[union-attr]
    return Coalesce(Subquery(added, output_field=POUNDS), Value(NOTHING, output_field=POUNDS))
