"""What a document says around the count: what is written of each objective, forecasts, money, milestones and risks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reporting.counting.windows import Quarter
from reporting.models import Return
from reporting.queries.report import (
    MilestoneLine,
    Spend,
    SpendLine,
    as_at,
    forecast_table,
    milestones,
    narratives,
    risks,
    spend,
)
from reporting.queries.tolerances import Held, held_to

Cell = str | Decimal | int | date | None
TEXT, SHORT, NUMBER, MONEY, DAY = "text", "short", "number", "money", "day"


@dataclass(frozen=True)
class Column:
    title: str
    kind: str = TEXT


@dataclass(frozen=True)
class Listing:
    """A table of a report. ``name`` is short enough for a sheet's; ``nothing`` is said where it has no row."""

    title: str
    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    nothing: str


@dataclass(frozen=True)
class Around:
    """``said`` is each objective with what the return says of it."""

    said: tuple[tuple[str, str], ...] = ()
    forecasts: Listing | None = None
    listings: tuple[Listing, ...] = ()


def around_of(filed: Return, *, with_money: bool, with_figures: bool) -> Around:
    """Return what stands around a return's count, in the order of the plan's five items (REP-07)."""
    money = spend_listings(filed) if with_money else []
    return Around(
        said=tuple((each.objective.title, each.body.strip()) for each in narratives(filed)),
        forecasts=forecast_listing(filed),
        listings=(
            *money,
            milestone_listing(filed),
            tolerance_listing(filed, with_money=with_money, with_figures=with_figures),
            risk_listing(filed),
        ),
    )


def forecast_listing(filed: Return) -> Listing:
    table = forecast_table(filed)
    quarter = table.quarter
    made = [each for each in table.lines if {each.before, each.this, each.next} != {None}]
    return Listing(
        title="Forecasts",
        name="Forecasts",
        about="What was expected of a line in the quarter before, in this one, and what is expected of the next.",
        columns=(
            Column("Line"),
            Column(f"Target, {quarter.financial_year}", NUMBER),
            *(Column(each.name, NUMBER) for each in (quarter.before, quarter, quarter.after)),
        ),
        rows=[(each.title, each.target, each.before, each.this, each.next) for each in made],
        nothing="No line has a forecast.",
    )


def spend_listings(filed: Return) -> list[Listing]:
    money = spend(filed)
    return [spend_listing(money), spend_forecast_listing(money, Quarter.parse(filed.quarter))]


def spend_listing(money: Spend) -> Listing:
    streams = [*money.streams, money.total] if money.streams else []
    return Listing(
        title="Spend so far, and to the year's end",
        name="Spend",
        about=f"Of all contracts in the financial year, by {money.as_at:%-d %B %Y} and by {money.year_end:%-d %B %Y}.",
        columns=(
            Column("Funding stream"),
            *(
                Column(title, MONEY)
                for title in (
                    "Profile so far",
                    "Spent so far",
                    "Not eligible",
                    "Spent since the start",
                    "Still planned",
                    "Year's end, expected",
                    "Against the profile",
                )
            ),
        ),
        rows=[spend_row(each) for each in streams],
        nothing="No contract has spend or a profile in this year.",
    )


def spend_row(line: SpendLine) -> tuple[Cell, ...]:
    return (
        line.title,
        line.profiled,
        line.spent,
        line.ineligible,
        line.spent_since_start,
        line.still_profiled,
        line.year_end,
        line.variance,
    )


def spend_forecast_listing(money: Spend, quarter: Quarter) -> Listing:
    names = (quarter.name, quarter.after.name)
    return Listing(
        title="Forecast of spend, quarter by quarter",
        name="Spend forecast",
        about="What the contracts' profiles plan to spend in this quarter and the next, and what is forecast.",
        columns=(
            Column("Funding stream"),
            *(Column(f"{what}, {name}", MONEY) for name in names for what in ("Profiles", "Forecast")),
        ),
        rows=[(each.title, each.planned, each.this, each.planned_next, each.next) for each in money.foreseen],
        nothing="No stream has a profile or a forecast for these quarters.",
    )


def milestone_listing(filed: Return) -> Listing:
    return Listing(
        title="Milestones",
        name="Milestones",
        about=f"Reached in the quarter, late, or due within a year, as it stood on {as_at(filed):%-d %B %Y}.",
        columns=(
            Column("Milestone"),
            Column("Due", DAY),
            Column("Reached or expected", DAY),
            Column("Standing", SHORT),
            Column("Days late", NUMBER),
            Column("What is done"),
        ),
        rows=[milestone_row(each) for each in milestones(filed)],
        nothing="No milestone was reached, is late or comes within a year.",
    )


def milestone_row(line: MilestoneLine) -> tuple[Cell, ...]:
    standing = "Reached" if line.is_achieved else "Late" if line.is_late else "To come"
    others = ", ".join(f"{day:%-d %B %Y}" for day in line.conflicts)
    title = f"{line.milestone.title} (another plan says {others})" if others else line.milestone.title
    if needed := line.comes_before:
        title += f" (needs {needed.title}, due later, on {needed.due_on:%-d %B %Y})"
    days = line.slippage if line.slippage > 0 else None
    remedy = "Nothing said yet" if line.lacks_remedy else line.remedy
    return (title, line.milestone.due_on, line.expected_on, standing, days, remedy)


def tolerance_listing(filed: Return, *, with_money: bool, with_figures: bool) -> Listing:
    targets = {each.code: each.target for each in forecast_table(filed).lines} if with_figures else None
    held = held_to(filed, dated=milestones(filed), money=spend(filed) if with_money else None, targets=targets)
    return Listing(
        title="Beyond what the stage tolerates",
        name="Tolerances",
        about="What is reported to the board: time, cost and quality beyond the tolerances agreed for the stage.",
        columns=(Column("Held to", SHORT), Column("Tolerated", SHORT), Column("What is beyond it"), Column("By")),
        rows=[row for each in held for row in tolerance_rows(each)],
        nothing="Nothing is held to a tolerance.",
    )


def tolerance_rows(held: Held) -> list[tuple[Cell, ...]]:
    if held.tolerance is None:
        return [(held.title, "None agreed", "", "")]
    if not held.beyond:
        return [(held.title, held.limit_in_words, "Nothing", "")]
    return [(held.title, held.limit_in_words, each.what, each.in_words) for each in held.beyond]


def risk_listing(filed: Return) -> Listing:
    return Listing(
        title="Risks",
        name="Risks",
        about="Open risks and those closed since the quarter began, and whether each was reviewed in it.",
        columns=(
            Column("Risk"),
            Column("Likelihood", SHORT),
            Column("Impact", SHORT),
            Column("Control"),
            Column("Owner"),
            Column("Status"),
            Column("Reviewed", DAY),
        ),
        rows=[
            (
                each.risk.title,
                each.risk.get_likelihood_display(),
                each.risk.get_impact_display(),
                each.risk.control,
                each.risk.owner or "Nobody",
                each.risk.get_status_display() + ("" if each.is_reviewed else ", not reviewed this quarter"),
                each.risk.reviewed_on,
            )
            for each in risks(filed)
        ],
        nothing="No risk is open.",
    )
