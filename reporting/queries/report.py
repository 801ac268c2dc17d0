"""What people write around the count, and what stands beside it: the five items of the funder's report (REP-07).

Everything is as at the last day of the return's quarter, or as today says while the quarter runs. What is here is
whole; a page asks :func:`reads_spend` before it shows money.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from commissioning.models import Expenditure
from partners.models import Consortium, StaffMember
from partners.permissions import Capability, may
from reporting.counting.windows import Quarter
from reporting.enums import RiskStatus
from reporting.indicators.kinds import kind_of_return
from reporting.models import Forecast, Milestone, Narrative, Objective, Return, Risk
from reporting.queries.readers import is_in_chain
from reporting.queries.streams import StreamPlan, stream_plans
from reporting.queries.targets import targets_of

NOTHING = Decimal(0)


@dataclass(frozen=True)
class ObjectiveText:
    """One objective of a return: what is said of it, beside what the return before said."""

    objective: Objective
    narrative: Narrative | None
    before: str
    most_words: int | None

    @property
    def body(self) -> str:
        return self.narrative.body if self.narrative else ""

    @property
    def words(self) -> int:
        return word_count(self.body)

    @property
    def is_too_long(self) -> bool:
        return self.most_words is not None and self.words > self.most_words


@dataclass(frozen=True)
class ForecastLine:
    """A line with its year's target and its forecasts: as made for the quarter before, for this one, for the next."""

    code: str
    title: str
    target: Decimal | None
    before: Decimal | None
    this: Decimal | None
    next: Decimal | None


@dataclass(frozen=True)
class ForecastTable:
    quarter: Quarter
    lines: list[ForecastLine]


@dataclass(frozen=True)
class SpendLine:
    """The money of one funding stream in the financial year, in pounds: up to the quarter's end, and to the year's.

    ``profiled`` is what the contracts planned to spend by now, ``still_profiled`` what they plan for the rest of the
    year. ``ineligible`` is spend that cannot be claimed; it is not in ``spent``.
    """

    title: str
    profiled: Decimal = NOTHING
    spent: Decimal = NOTHING
    ineligible: Decimal = NOTHING
    spent_since_start: Decimal = NOTHING
    still_profiled: Decimal = NOTHING

    @property
    def year_end(self) -> Decimal:
        """What is expected to be spent by 31 March: what is spent, and what is planned for the rest of the year."""
        return self.spent + self.still_profiled

    @property
    def profiled_year(self) -> Decimal:
        return self.profiled + self.still_profiled

    @property
    def variance(self) -> Decimal:
        """How far the year is expected to end above its profile; below it is negative."""
        return self.year_end - self.profiled_year


@dataclass(frozen=True)
class Spend:
    """``plans`` are of all streams, those without spend as well."""

    as_at: date
    year_end: date
    streams: list[SpendLine]
    plans: list[StreamPlan]

    @property
    def foreseen(self) -> list[StreamPlan]:
        """The streams of which something is planned or forecast in the return's quarter or the next."""
        return [each for each in self.plans if each.is_foreseen]

    @property
    def total(self) -> SpendLine:
        sums = {
            name: sum((getattr(each, name) for each in self.streams), NOTHING)
            for name in ("profiled", "spent", "ineligible", "spent_since_start", "still_profiled")
        }
        return SpendLine("All streams", **sums)


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as it stood: how many days late it came or is expected, what is done, and what contradicts it.

    ``conflicts`` are other days that plans set for it; ``comes_before`` is what it needs, where that is due later.
    """

    milestone: Milestone
    expected_on: date
    is_achieved: bool
    is_late: bool
    conflicts: tuple[date, ...] = ()
    comes_before: Milestone | None = None

    @property
    def slippage(self) -> int:
        return (self.expected_on - self.milestone.due_on).days

    @property
    def remedy(self) -> str:
        return str(self.milestone.mitigation)

    @property
    def lacks_remedy(self) -> bool:
        return not self.is_achieved and self.slippage > 0 and not self.remedy.strip()


@dataclass(frozen=True)
class RiskLine:
    risk: Risk
    is_reviewed: bool


def kind_title(filed: Return) -> str:
    kind = kind_of_return(filed)
    return kind.title if kind else filed.kind


def return_name(filed: Return) -> str:
    return f"{kind_title(filed)}, {Quarter.parse(filed.quarter).name}"


def word_count(text: str) -> int:
    return len(re.findall(r"\S+", text))


def as_at(filed: Return) -> date:
    """Return the day a return speaks of: the last of its quarter, or today while that is still to come."""
    return min(Quarter.parse(filed.quarter).end, timezone.localdate())


def most_words(consortium: Consortium, kind: str) -> int | None:
    """Return how many words the pack lets a return say of one objective, if it sets a limit."""
    data: dict[str, Any] = consortium.pack_data
    found: dict[str, Any] = next((each for each in data.get("returns", []) if each.get("code") == kind), {})
    return found.get("most_words")


def writes_of(staff: StaffMember, objective: Objective) -> bool:
    """Tell whether somebody writes what returns say of an objective.

    The accountable body does of all, since it answers for the partnership's returns; whoever leads one does of that.
    """
    answers = may(staff, Capability.BUILD_RETURNS) and staff.organisation.accountable_body
    return bool(answers) or objective.lead_person_id == staff.pk


def narratives(filed: Return) -> list[ObjectiveText]:
    """Return every objective of the plan, with what this return and the one before say of it."""
    before = str(Quarter.parse(filed.quarter).before)
    both = Narrative.objects.filter(filed__kind=filed.kind, filed__quarter__in=[filed.quarter, before]).select_related(
        "filed"
    )
    now: dict[int, Narrative] = {}
    then: dict[int, Narrative] = {}
    for each in both:
        (now if each.filed_id == filed.pk else then)[each.objective_id] = each
    most = most_words(filed.consortium, filed.kind)
    return [
        ObjectiveText(
            objective=each,
            narrative=now.get(each.pk),
            before=then[each.pk].body if each.pk in then else "",
            most_words=most,
        )
        for each in Objective.objects.select_related("lead_person").order_by("pk")
    ]


def forecast_table(filed: Return) -> ForecastTable:
    """Return all lines of a return with a total, in its order, with what was and is expected of each."""
    quarter = Quarter.parse(filed.quarter)
    kind = kind_of_return(filed)
    quarters = [str(each) for each in (quarter.before, quarter, quarter.after)]
    made: dict[tuple[str, str], Decimal] = {
        (each.line, each.quarter): each.value for each in Forecast.objects.filter(quarter__in=quarters)
    }
    targets = targets_of(quarter.financial_year)
    lines = [
        ForecastLine(
            each.code,
            each.title,
            targets.get((each.code, "", "")),
            *(made.get((each.code, name)) for name in quarters),
        )
        for each in (kind.indicators if kind else ())
        if each.has_total
    ]
    return ForecastTable(quarter, lines)


def reads_spend(staff: StaffMember, filed: Return) -> bool:
    """Tell whether somebody reads the money of all contracts; a provider does not read its rivals'."""
    return may(staff, Capability.SEE_ALL_CONTRACTS) or is_in_chain(staff, filed)


def may_forecast_spend(staff: StaffMember) -> bool:
    """Tell whether somebody forecasts spend: who keeps the money, or builds returns and reads all of it."""
    builds = may(staff, Capability.BUILD_RETURNS) and may(staff, Capability.SEE_ALL_CONTRACTS)
    return may(staff, Capability.KEEP_MONEY) or builds


def spend(filed: Return) -> Spend:
    """Return what each funding stream's contracts spent, and are planned to spend by the year's end."""
    quarter, until = Quarter.parse(filed.quarter), as_at(filed)
    year_end = Quarter(quarter.first_year, 4).end
    of_year = Q(incurred_on__gte=quarter.year_start)
    is_eligible = ~Q(eligible=False)
    parts = {
        "spent": of_year & is_eligible,
        "ineligible": of_year & ~is_eligible,
        "spent_since_start": is_eligible,
    }
    sums = {name: Coalesce(Sum("amount", filter=part), NOTHING) for name, part in parts.items()}
    rows = Expenditure.objects.filter(incurred_on__lte=until).order_by().values("contract__funding_stream")
    spent = {each.pop("contract__funding_stream"): each for each in rows.annotate(**sums)}
    plans = stream_plans(filed, until=until)
    streams = [
        SpendLine(
            each.title,
            each.profiled or NOTHING,
            still_profiled=each.still_profiled or NOTHING,
            **spent.get(each.pk, {}),
        )
        for each in plans
        if each.pk in spent or (each.profiled, each.still_profiled) != (None, None)
    ]
    return Spend(until, year_end, streams, plans)


def milestones(filed: Return) -> list[MilestoneLine]:
    """Return what was reached in the quarter, what is late, and what is due or expected within a year of its end."""
    quarter, until = Quarter.parse(filed.quarter), as_at(filed)
    rows = list(Milestone.objects.select_related("needs").order_by("due_on", "pk"))
    days = _days_by_title(rows)
    last = Quarter(quarter.first_year + 1, quarter.number).end
    found = []
    for each in rows:
        is_achieved = each.achieved_on is not None and each.achieved_on <= until
        if (is_achieved and each.achieved_on < quarter.start) or (not is_achieved and each.due_on > last):
            continue
        found.append(
            MilestoneLine(
                milestone=each,
                expected_on=_expected(each, until, is_achieved=is_achieved),
                is_achieved=is_achieved,
                is_late=not is_achieved and each.due_on < until,
                conflicts=tuple(sorted(days[_title(each)] - {each.due_on})),
                comes_before=each.needs if each.needs and each.needs.due_on > each.due_on else None,
            )
        )
    return found


def _expected(milestone: Milestone, until: date, *, is_achieved: bool) -> date:
    """Return when it was reached, or is expected: never a day that has gone by without it."""
    if is_achieved and milestone.achieved_on is not None:
        return milestone.achieved_on
    return max(milestone.forecast_on or milestone.due_on, until)


def _title(milestone: Milestone) -> str:
    return " ".join(milestone.title.casefold().split())


def _days_by_title(rows: list[Milestone]) -> dict[str, set[date]]:
    """Return the days that plans set for milestones of one title: more than one is a conflict of plans (REP-12)."""
    days: dict[str, set[date]] = defaultdict(set)
    for each in rows:
        days[_title(each)].add(each.due_on)
    return days


def risks(filed: Return) -> list[RiskLine]:
    """Return the open risks, and whether each was looked at since the quarter began; then those closed since."""
    start = Quarter.parse(filed.quarter).start
    rows = Risk.objects.filter(Q(status=RiskStatus.OPEN) | Q(reviewed_on__gte=start)).order_by("-status", "title", "pk")
    return [RiskLine(each, each.reviewed_on is not None and each.reviewed_on >= start) for each in rows]
