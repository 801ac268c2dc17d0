"""The investment plan as a grid, and the administrative budget with its sums; pounds throughout.

What is to be confirmed, a dash and a blank add nothing and are no nought: each sum says how many cells of its own are
to be confirmed (COM-02; Birmingham plan 3.7.4, whose printed total of 2007-08 is £13.5 million short of its cells).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum

from commissioning.enums import AccountKind, BudgetBasis, BudgetCategory, Certainty, InvestmentMark, PrintedIn
from commissioning.models import (
    ActionFunding,
    BudgetLine,
    FundingStream,
    LedgerAccount,
    PlanAction,
    PlannedInvestment,
    PrintedTotal,
)
from partners.models import Post

NOTHING = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Added:
    """A sum of cells: the known amounts, the firm ones among them, and how many cells are to be confirmed."""

    amount: Decimal
    firm: Decimal
    mainstream: Decimal
    open_cells: int
    known_cells: int

    @property
    def share_of_mainstream(self) -> Decimal | None:
        """The percent of the known amounts that is mainstream; None where nothing is known."""
        return HUNDRED * self.mainstream / self.amount if self.amount else None


@dataclass(frozen=True)
class Row:
    """A stream with its cells, one a year; None where the plan does not have it. ``overspent`` in pounds, or nought."""

    stream: FundingStream
    cells: Sequence[PlannedInvestment | None]
    total: Added
    overspent: Decimal


@dataclass(frozen=True)
class Column:
    """A year with its sum, and what a document prints: the gap is computed less printed, None where none is printed."""

    year: str
    total: Added
    printed: PrintedTotal | None

    @property
    def gap(self) -> Decimal | None:
        return None if self.printed is None or self.printed.amount is None else self.total.amount - self.printed.amount


@dataclass(frozen=True)
class Grid:
    columns: Sequence[Column]
    rows: Sequence[Row]
    whole: Added


def grid(*, sees_pots: bool) -> Grid:
    """Return the whole plan: three queries. Overspent pots are for whoever sees them whole."""
    cells = list(PlannedInvestment.objects.select_related("funding_stream").order_by("funding_stream__name", "pk"))
    years = sorted({cell.financial_year for cell in cells})
    over = _overspent_pots() if sees_pots else {}
    printed = {each.financial_year: each for each in PrintedTotal.objects.filter(document=PrintedIn.INVESTMENT_PLAN)}
    return Grid(
        columns=[
            Column(year, added(cell for cell in cells if cell.financial_year == year), printed.get(year))
            for year in years
        ],
        rows=_rows(cells, years, over),
        whole=added(cells),
    )


def added(cells: Iterable[PlannedInvestment]) -> Added:
    kept = list(cells)
    known = [cell for cell in kept if cell.amount is not None]
    return Added(
        amount=sum((cell.amount or NOTHING for cell in known), NOTHING),
        firm=sum((cell.amount or NOTHING for cell in known if cell.certainty == Certainty.FIRM), NOTHING),
        mainstream=sum((cell.amount or NOTHING for cell in known if cell.funding_stream.mainstream), NOTHING),
        open_cells=sum(cell.mark == InvestmentMark.TO_BE_CONFIRMED for cell in kept),
        known_cells=len(known),
    )


def _rows(cells: Sequence[PlannedInvestment], years: Sequence[str], over: dict[int, Decimal]) -> list[Row]:
    by_stream: dict[int, dict[str, PlannedInvestment]] = {}
    for cell in cells:
        by_stream.setdefault(cell.funding_stream_id, {})[cell.financial_year] = cell
    return [
        Row(
            stream=next(iter(of_years.values())).funding_stream,
            cells=[of_years.get(year) for year in years],
            total=added(of_years.values()),
            overspent=over.get(stream, NOTHING),
        )
        for stream, of_years in by_stream.items()
    ]


def _overspent_pots() -> dict[int, Decimal]:
    below = LedgerAccount.objects.filter(kind=AccountKind.POT, balance__lt=0)
    return {stream: -balance for stream, balance in below.values_list("stream_key", "balance") if stream is not None}


@dataclass(frozen=True)
class Matched:
    """An action with the money meant for it; ``missing`` is what of its cost has none, None where no cost is said."""

    action: PlanAction
    amount: Decimal
    missing: Decimal | None


def money_of_actions() -> list[Matched]:
    """Return every action of the plan with its identified money: one query."""
    actions = PlanAction.objects.select_related("lead").annotate(found=Sum("funding__amount")).order_by("title", "pk")
    return [
        Matched(
            action=action,
            amount=action.found or NOTHING,
            missing=None if action.cost is None else max(action.cost - (action.found or NOTHING), NOTHING),
        )
        for action in actions
    ]


def money_without_action() -> Decimal:
    """Return the known amounts of the plan that no action has: two queries."""
    known = PlannedInvestment.objects.aggregate(sum=Sum("amount"))["sum"] or NOTHING
    mapped = ActionFunding.objects.aggregate(sum=Sum("amount"))["sum"] or NOTHING
    return known - mapped


@dataclass(frozen=True)
class Line:
    """A line of the budget, with what its percent makes in whole pounds, and of what."""

    line: BudgetLine
    made: Decimal | None = None
    of: Decimal | None = None

    @property
    def difference(self) -> Decimal:
        """What is budgeted beyond what the percent makes."""
        return NOTHING if self.made is None else self.line.amount - self.made


@dataclass(frozen=True)
class Budget:
    """The budget of a year. ``unfunded`` are the lines that nobody is named to pay for."""

    year: str
    categories: Sequence[tuple[str, Sequence[Line], Decimal]]
    total: Decimal
    printed: PrintedTotal | None
    funders: Sequence[tuple[str, Decimal]]
    unfunded: Decimal
    posts_without: Sequence[Post]

    @property
    def gap(self) -> Decimal | None:
        return None if self.printed is None or self.printed.amount is None else self.total - self.printed.amount


def years_of_budget() -> list[str]:
    return list(BudgetLine.objects.order_by("financial_year").values_list("financial_year", flat=True).distinct())


def budget(year: str) -> Budget:
    """Return a year's budget: three queries."""
    lines = list(BudgetLine.objects.filter(financial_year=year).select_related("funding_stream", "post").order_by("pk"))
    printed = PrintedTotal.objects.filter(document=PrintedIn.BUDGET, financial_year=year).first()
    salaries = _sum(line for line in lines if _is_salary(line))
    award = _sum(line for line in lines if line.basis == BudgetBasis.PAY_AWARD)
    shown = [_line(line, salaries, award) for line in lines]
    return Budget(
        year=year,
        categories=[
            (label, of, _sum(each.line for each in of))
            for value, label in BudgetCategory.choices
            if (of := [each for each in shown if each.line.category == value])
        ],
        total=_sum(lines),
        printed=printed,
        funders=_by_funder(lines),
        unfunded=_sum(line for line in lines if not funder_of(line)),
        posts_without=list(Post.objects.exclude(pk__in=[each.post_id for each in lines if each.post_id])),
    )


def funder_of(line: BudgetLine) -> str:
    return line.funding_stream.name if line.funding_stream else line.funder.strip()


def _is_salary(line: BudgetLine) -> bool:
    return line.category == BudgetCategory.SALARIES and line.basis == BudgetBasis.GIVEN


def _line(line: BudgetLine, salaries: Decimal, award: Decimal) -> Line:
    """A pay award is a percent of the salaries, on-costs one of salaries and award; to whole pounds, half away."""
    if line.rate is None:
        return Line(line)
    base = salaries if line.basis == BudgetBasis.PAY_AWARD else salaries + award
    return Line(line, (base * line.rate / HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP), base)


def _by_funder(lines: Sequence[BudgetLine]) -> list[tuple[str, Decimal]]:
    names = sorted({funder_of(line) for line in lines} - {""})
    return [(name, _sum(line for line in lines if funder_of(line) == name)) for name in names]


def _sum(lines: Iterable[BudgetLine]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)
