"""The investment plan as a grid, and the administrative budget of a year."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.views.generic import TemplateView

from commissioning.enums import BudgetBasis, InvestmentMark
from commissioning.kinds.action_funding import KIND as ACTION_FUNDING
from commissioning.kinds.budget_line import KIND as BUDGET_LINE
from commissioning.kinds.plan_action import KIND as PLAN_ACTION
from commissioning.kinds.planned_investment import KIND as PLANNED_INVESTMENT
from commissioning.kinds.printed_total import KIND as PRINTED_TOTAL
from commissioning.models import PlannedInvestment
from commissioning.queries.plan import (
    Added,
    Budget,
    Grid,
    Line,
    budget,
    funder_of,
    grid,
    money_of_actions,
    money_without_action,
    years_of_budget,
)
from commissioning.views.areas import tabs_of
from partners.enums import AccessAction
from partners.permissions import Capability, may
from partners.platform.frame.charts import Bar, BarChart, Chart, percent, pounds
from partners.platform.frame.pages import StaffPage, WithCharts
from partners.platform.frame.pieces import Link
from partners.platform.frame.tags import money
from partners.platform.lists.pages import file_response
from partners.platform.records.keeping import Verb, keeper_of
from partners.platform.trail.looking import record_access

FILES = ("csv", "xlsx")
WORDS = {InvestmentMark.TO_BE_CONFIRMED: "To be confirmed", InvestmentMark.DASH: "–", InvestmentMark.BLANK: ""}  # noqa: RUF001


class WithFile:
    """For pages with one table: ``?export=csv`` answers with it, and who took it away is in the trail."""

    request: Any
    subject = ""
    title = ""

    def get_file(self) -> tuple[list[str], list[list[Any]]]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("export", "")
        if kind not in FILES:
            return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
        header, rows = self.get_file()
        detail = {"rows": len(rows), "format": kind, "filters": []}
        record_access(request, AccessAction.EXPORTED, self.subject, detail=detail, purpose=f"Work with: {self.title}")
        return file_response(self.title, kind, header, rows)


def in_words(cell: PlannedInvestment | None) -> str:
    """Return what a cell says; a blank and a cell that is not there say nothing."""
    if cell is None:
        return ""
    return str(money(cell.amount)) if cell.amount is not None else WORDS[InvestmentMark(cell.mark)]


def known(total: Added) -> str:
    """Return a sum in pounds; where no cell has an amount nothing is known, and that is not nought."""
    return str(money(total.amount)) if total.known_cells else "None known"


def open_cells(total: Added) -> str:
    return f"{total.open_cells} to be confirmed" if total.open_cells else ""


class InvestmentPlan(WithFile, WithCharts, StaffPage, TemplateView):
    """Streams by financial year, with computed sums and the printed ones beside them (COM-02)."""

    capability = Capability.VIEW_CONTRACTS
    template_name = "commissioning/investment_plan.html"
    subject = "commissioning.plannedinvestment"
    title = "Investment plan"

    @cached_property
    def grid(self) -> Grid:
        return grid(sees_pots=may(self.staff, Capability.SEE_ALL_CONTRACTS))

    def get_file(self) -> tuple[list[str], list[list[Any]]]:
        columns = self.grid.columns
        header = ["Stream", "Mainstream", *(each.year for each in columns), "All years", "To be confirmed"]
        rows: list[list[Any]] = [
            [
                row.stream.name,
                row.stream.mainstream,
                *(_for_a_file(cell) for cell in row.cells),
                row.total.amount,
                row.total.open_cells,
            ]
            for row in self.grid.rows
        ]
        whole = self.grid.whole
        rows.append(["Computed total", "", *(each.total.amount for each in columns), whole.amount, whole.open_cells])
        rows.append(["Cells to be confirmed", "", *(each.total.open_cells for each in columns), whole.open_cells, ""])
        printed = [each.printed.amount if each.printed else None for each in columns]
        rows.append(["Printed total (a note)", "", *printed, None, ""])
        rows.append(["Computed less printed", "", *(each.gap for each in columns), None, ""])
        return header, rows

    def get_charts(self) -> dict[str, Chart]:
        bars = [
            Bar(each.year, each.total.amount, each.printed.amount if each.printed else None)
            for each in self.grid.columns
        ]
        title = self.finding
        return {"years": BarChart(title=title, bars=bars, label="Year", measure="Identified", show=pounds)}

    @property
    def totals(self) -> list[Added]:
        return [*(each.total for each in self.grid.columns), self.grid.whole]

    @property
    def finding(self) -> str:
        apart = [(abs(each.gap), each.gap, each.year) for each in self.grid.columns if each.gap]
        if apart:
            size, gap, year = max(apart)
            return f"The total printed for {year} is {pounds(size)} {'less' if gap > 0 else 'more'} than its cells"
        return f"{pounds(self.grid.whole.amount)} is identified{_and_open(self.grid.whole)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keeps = keeper_of(PLANNED_INVESTMENT).may(Verb.ADD, self.staff)
        return super().get_context_data(
            **kwargs,
            title=self.title,
            tabs=tabs_of(self.staff, "commissioning:investment-plan"),
            columns=self.grid.columns,
            rows=[
                (row, [_cell(cell) for cell in row.cells], known(row.total), open_cells(row.total))
                for row in self.grid.rows
            ],
            totals=[(known(each), open_cells(each)) for each in self.totals],
            whole=self.grid.whole,
            mainstream=[_share(each.total) for each in self.grid.columns],
            mainstream_of_all=_share(self.grid.whole),
            overspent=[row for row in self.grid.rows if row.overspent],
            notes=_notes(self.grid),
            charts=self.get_charts() if self.grid.rows else {},
            actions=money_of_actions(),
            without_action=money_without_action(),
            funding_url=ACTION_FUNDING.address("record-list"),
            adds=[Link("Add a cell", PLANNED_INVESTMENT.address("record-add"))] if keeps else [],
            add_more=[
                Link(f"Add {each.noun_with_article}", each.address("record-add"))
                for each in (PLAN_ACTION, ACTION_FUNDING, PRINTED_TOTAL)
                if keeps
            ],
        )


def _cell(cell: PlannedInvestment | None) -> tuple[SafeString | str, str, str]:
    """Return what a cell says, where it opens, and what else is to be known of it."""
    if cell is None:
        return "", "", ""
    more = [cell.get_certainty_display()] if cell.amount is not None else []
    more += [f"only {cell.area}"] if cell.area else []
    said = in_words(cell) or "Left blank"
    return said, PLANNED_INVESTMENT.address("record", cell.uid), ", ".join(more)


def _for_a_file(cell: PlannedInvestment | None) -> Any:
    return cell.amount if cell is not None and cell.amount is not None else in_words(cell)


def _share(total: Added) -> str:
    share = total.share_of_mainstream
    return "Not known" if share is None else percent(share)


def _and_open(total: Added) -> str:
    return f", {open_cells(total)}" if total.open_cells else ""


def _notes(plan: Grid) -> list[str]:
    """Return the printed totals as notes, then what is printed or set as a condition beside cells."""
    said = []
    for each in plan.columns:
        if each.printed is None:
            continue
        what = money(each.printed.amount) if each.printed.amount is not None else "to be confirmed"
        gap = f", {money(abs(each.gap))} {'less' if each.gap > 0 else 'more'} than computed" if each.gap else ""
        note = f" {each.printed.note}" if each.printed.note else ""
        said.append(f"{each.year}: printed total {what}{gap} ({each.printed.source}).{note}")
    for row in plan.rows:
        for cell in row.cells:
            text = " ".join(filter(None, (cell.printed_note, cell.conditions))) if cell else ""
            said += [f"{cell}: {text}"] if text else []
    return said


class BudgetPage(WithFile, StaffPage, TemplateView):
    """What running the partnership costs in a year, who pays, and which lines nobody pays (COM-16)."""

    capability = Capability.SEE_OVERSIGHT
    template_name = "commissioning/budget.html"
    subject = "commissioning.budgetline"
    title = "Administrative budget"

    @cached_property
    def years(self) -> list[str]:
        return years_of_budget()

    @cached_property
    def budget(self) -> Budget | None:
        wanted = self.request.GET.get("year", "")
        if wanted and wanted not in self.years:
            raise Http404
        return budget(wanted or self.years[-1]) if self.years else None

    def get_file(self) -> tuple[list[str], list[list[Any]]]:
        header = [
            "Year",
            "Category",
            "Purpose",
            "Amount",
            "How it is made",
            "Percent",
            "Percent makes",
            "Funder",
            "Post",
        ]
        if self.budget is None:
            return header, []
        rows = [self._row(category, each) for category, lines, _ in self.budget.categories for each in lines]
        rows.append([self.budget.year, "", "Computed total", self.budget.total, "", None, None, "", ""])
        printed = self.budget.printed
        if printed:
            rows.append([self.budget.year, "", "Printed total (a note)", printed.amount, "", None, None, "", ""])
        return header, rows

    def _row(self, category: str, each: Line) -> list[Any]:
        line = each.line
        basis = line.get_basis_display()
        post = line.post.title if line.post else ""
        return [
            *(line.financial_year, category, line.purpose, line.amount, basis),
            *(line.rate, each.made, funder_of(line) or "No funder", post),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keeps = keeper_of(BUDGET_LINE).may(Verb.ADD, self.staff)
        found = self.budget
        return super().get_context_data(
            **kwargs,
            title=f"{self.title} {found.year}" if found else self.title,
            tabs=tabs_of(self.staff, "commissioning:budget"),
            budget=found,
            years=[Link(year, f"?year={year}", is_here=bool(found and year == found.year)) for year in self.years],
            categories=[
                (label, [_budget_row(each) for each in lines], total) for label, lines, total in found.categories
            ]
            if found
            else [],
            add_url=BUDGET_LINE.address("record-add") if keeps else "",
            list_url=BUDGET_LINE.address("record-list"),
        )


def _budget_row(each: Line) -> dict[str, Any]:
    line = each.line
    return {
        "purpose": line.purpose,
        "url": BUDGET_LINE.address("record", line.uid),
        "amount": line.amount,
        "funder": funder_of(line),
        "post": line.post.title if line.post else "",
        "made": _made(each),
    }


def _made(each: Line) -> str:
    """Say what a percent makes, and how the budgeted amount differs from it."""
    if each.made is None or each.of is None or each.line.rate is None:
        return ""
    of = "salaries" if each.line.basis == BudgetBasis.PAY_AWARD else "salaries with the pay award"
    said = f"{each.line.rate.normalize():f}% of {money(each.of)} {of} makes {money(each.made)}"
    if not each.difference:
        return f"{said} in whole pounds."
    word = "more" if each.difference > 0 else "less"
    return f"{said} in whole pounds; {money(abs(each.difference))} {word} is budgeted."
