"""What is planned and forecast of each funding stream, all in one statement: a report's page has few to spend."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from commissioning.enums import ProfileKind
from commissioning.models import ContractProfile, FundingStream
from reporting.counting.windows import Quarter
from reporting.models import Return, SpendForecast


@dataclass(frozen=True)
class StreamPlan:
    """One stream, in pounds; None where no profile speaks of those months, or nobody made a forecast.

    ``profiled`` is planned for the financial year up to a day, ``still_profiled`` for what is left of it, ``planned``
    and ``planned_next`` for the return's quarter and the one after; ``this`` and ``next`` are the forecasts of these.
    """

    pk: int
    code: str
    title: str
    profiled: Decimal | None
    still_profiled: Decimal | None
    planned: Decimal | None
    planned_next: Decimal | None
    this: Decimal | None
    next: Decimal | None

    @property
    def is_foreseen(self) -> bool:
        """Tell whether anything is planned or forecast of it in the two quarters."""
        return bool(self.planned or self.planned_next) or (self.this, self.next) != (None, None)


def stream_plans(filed: Return, *, until: date) -> list[StreamPlan]:
    """Return a plan for every funding stream, by name; ``until`` is the day the return speaks of."""
    quarter = Quarter.parse(filed.quarter)
    year_end = Quarter(quarter.first_year, 4).end
    streams = FundingStream.objects.order_by("name", "pk").annotate(
        profiled=_planned(month__gte=quarter.year_start, month__lte=min(until, year_end)),
        still_profiled=_planned(month__gt=until, month__lte=year_end),
        planned=_planned(month__range=(quarter.start, quarter.end)),
        planned_next=_planned(month__range=(quarter.after.start, quarter.after.end)),
        this=_forecast(quarter),
        next=_forecast(quarter.after),
    )
    return [
        StreamPlan(
            each.pk,
            str(each.uid),
            each.name,
            each.profiled,
            each.still_profiled,
            each.planned,
            each.planned_next,
            each.this,
            each.next,
        )
        for each in streams
    ]


def _planned(**months: Any) -> Subquery:
    profiles = ContractProfile.objects.filter(
        consortium=OuterRef("consortium"),
        contract__funding_stream=OuterRef("pk"),
        kind=ProfileKind.SPEND,
        **months,
    )
    return _only(profiles.order_by().values("contract__funding_stream").annotate(sum=Sum("planned")).values("sum"))


def _forecast(quarter: Quarter) -> Subquery:
    made = SpendForecast.objects.filter(consortium=OuterRef("consortium"), quarter=str(quarter))
    return _only(made.filter(funding_stream=OuterRef("pk")).values("value"))


def _only(rows: QuerySet[Any, Any]) -> Subquery:
    return Subquery(rows[:1])
