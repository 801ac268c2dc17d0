"""What a contract will have spent at its end, in two ways that are said beside the figures; its variance (COM-10)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from commissioning.queries.contracts import NOTHING, Money

PENNY = Decimal("0.01")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Forecast:
    """Pounds at the end of a contract. ``as_planned``: what was spent, and the profile of the months to come.

    ``as_so_far``: the months to come each cost what a month did so far; None before a month has passed whole.
    """

    as_planned: Decimal
    as_so_far: Decimal | None
    planned: Decimal

    @property
    def variance(self) -> Decimal:
        """What the contract will have spent beside its profile, if the months to come are as planned."""
        return self.as_planned - self.planned


def ahead_of(money: Money, *, today: date) -> dict[date, Decimal]:
    """Return spend added up at the end of this month and each to come, if they go as planned.

    Of this month, what is spent stays and the rest of its profile is still to come.
    """
    month = today.replace(day=1)
    so_far = sum((each.spent for each in money.months if each.month < month), NOTHING)
    found = {}
    for each in money.months:
        if each.month >= month:
            so_far += max(each.planned, each.spent)
            found[each.month] = so_far
    return found


def forecast_of(money: Money, *, ends_on: date, today: date) -> Forecast:
    """Return the forecast of a contract; one that is over has spent what it spent."""
    if ends_on < today:
        return Forecast(money.spent, money.spent, money.planned)
    month = today.replace(day=1)
    as_planned = max(ahead_of(money, today=today).values(), default=money.spent)
    passed = [each.spent for each in money.months if each.month < month]
    if not passed:
        return Forecast(as_planned, None, money.planned)
    months_left = (ends_on.year - month.year) * 12 + ends_on.month - month.month + 1
    whole = sum(passed, NOTHING)
    so_far = whole + whole / len(passed) * months_left
    return Forecast(as_planned, so_far.quantize(PENNY), money.planned)


def percent(part: Decimal, whole: Decimal) -> str:
    """Return a variance in whole percent with its sign; nothing where nothing was planned."""
    return f"{round(part / whole * 100):+d}%".replace("-", MINUS) if whole else ""


def underspent(rows: Any, *, share: Decimal, today: date) -> Any:
    """Return running contracts that spent less than their profile by more than a share of it, the most first.

    A variation could move the sum (COM-09): what lies under the profile to date.
    """
    late = rows.filter(planned_to_date__gt=0, spent_to_date__lt=F("planned_to_date") * (1 - share), ends_on__gte=today)
    return late.annotate(underspend=F("planned_to_date") - F("spent_to_date")).order_by("-underspend", "pk")
