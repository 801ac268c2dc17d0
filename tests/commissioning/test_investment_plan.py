"""The investment plan and the administrative budget, with the figures of the plans they come from."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commissioning.enums import BudgetBasis, Certainty, InvestmentMark, PrintedIn
from commissioning.kinds.action_funding import KIND as ACTION_FUNDING
from commissioning.models import ActionFunding, BudgetLine, LedgerAccount, PlannedInvestment
from commissioning.queries.plan import budget, grid, money_of_actions
from commissioning.services.ledger import follow_records
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Consortium
from partners.platform.records.keeping import keeper_of
from partners.platform.tenancy.scope import in_consortium
from reporting.packs.loading import plan_facts
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ActionFundingFactory,
    BudgetLineFactory,
    ContractFactory,
    FundingStreamFactory,
    PlanActionFactory,
    PlannedInvestmentFactory,
    PrintedTotalFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("scope")

# Birmingham, Coventry and Black Country plan, 3.7.4: stream, mainstream, then 2006-07, 2007-08, 2008-09 in thousands;
# None is a dash, "tbc" to be confirmed, "" a blank.
BCBC: list[tuple[str, bool, Any, Any, Any]] = [
    ("City Strategy seedcorn", False, 110, 210, None),
    ("Deprived Area Fund", False, 1370, 4274, "tbc"),
    ("LSC commissioning", False, None, 7000, 7000),
    ("Jobcentre Plus mainstream", True, None, 17300, "tbc"),
    ("LSC Train to Gain", False, None, 5000, 7500),
    ("Fair Cities", False, 1000, 4000, ""),
    ("LSC ESF co-financing", False, None, 5600, 7000),
    ("Neighbourhood Renewal", False, None, 9660, None),
    ("LSC City Region", False, 100, 250, 250),
]
YEARS = ("2006-07", "2007-08", "2008-09")


def the_plan() -> None:
    marks = {None: InvestmentMark.DASH, "tbc": InvestmentMark.TO_BE_CONFIRMED, "": InvestmentMark.BLANK}
    for name, is_mainstream, *cells in BCBC:
        stream = FundingStreamFactory(name=name, mainstream=is_mainstream)
        for year, cell in zip(YEARS, cells, strict=True):
            is_amount = isinstance(cell, int)
            PlannedInvestmentFactory(
                funding_stream=stream,
                financial_year=year,
                mark=InvestmentMark.AMOUNT if is_amount else marks[cell],
                amount=cell * 1000 if is_amount else None,
            )
    PrintedTotalFactory(document=PrintedIn.INVESTMENT_PLAN, financial_year="2006-07", amount=2_580_000)
    PrintedTotalFactory(document=PrintedIn.INVESTMENT_PLAN, financial_year="2007-08", amount=39_794_000)
    PrintedTotalFactory(document=PrintedIn.INVESTMENT_PLAN, financial_year="2008-09", amount=None)
    PrintedTotalFactory(document=PrintedIn.BUDGET, financial_year="2007-08", amount=1)


def body(role: Role = Role.COMMISSIONER) -> Any:
    return StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=role)


def test_the_printed_total_of_birmingham_is_13_and_a_half_million_short() -> None:
    the_plan()

    plan = grid(sees_pots=True)

    assert [(each.year, each.total.amount, each.total.open_cells, each.gap) for each in plan.columns] == [
        ("2006-07", Decimal(2_580_000), 0, Decimal(0)),
        ("2007-08", Decimal(53_294_000), 0, Decimal(13_500_000)),
        ("2008-09", Decimal(21_750_000), 2, None),
    ]
    assert (plan.whole.amount, plan.whole.open_cells, plan.whole.known_cells) == (Decimal(77_624_000), 2, 17)
    assert plan.columns[1].total.share_of_mainstream == Decimal(100) * 17_300 / 53_294
    by_name = {row.stream.name: row.total for row in plan.rows}
    assert (by_name["Deprived Area Fund"].amount, by_name["Deprived Area Fund"].open_cells) == (5_644_000, 1)
    assert by_name["Neighbourhood Renewal"].open_cells == 0


def test_the_page_keeps_apart_an_amount_to_be_confirmed_a_dash_and_a_blank(other_consortium: Consortium) -> None:
    the_plan()
    with in_consortium(other_consortium.pk):
        PlannedInvestmentFactory(amount=999_999, financial_year="2011-12")

    page = signed_in(body()).get(reverse("commissioning:investment-plan")).content.decode()

    assert "To be confirmed<span" in page
    assert "–<span" in page  # noqa: RUF001
    assert "Left blank<span" in page
    assert "The total printed for 2007-08 is £13,500,000 less than its cells" in page
    assert "2007-08: printed total £39,794,000.00, £13,500,000.00 less than computed" in page
    assert "2011-12" not in page
    assert "999,999" not in page


def test_the_file_has_each_cell_as_it_stands_and_the_totals() -> None:
    the_plan()

    answer = signed_in(body()).get(reverse("commissioning:investment-plan") + "?export=csv")

    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["Stream"] == ["Mainstream", *YEARS, "All years", "To be confirmed"]
    assert rows["Deprived Area Fund"][1:] == ["1370000", "4274000", "To be confirmed", "5644000", "1"]
    assert rows["Fair Cities"][1:4] == ["1000000", "4000000", ""]
    assert rows["City Strategy seedcorn"][3] == "–"  # noqa: RUF001
    assert rows["Computed total"][1:] == ["2580000", "53294000", "21750000", "77624000", "2"]
    assert rows["Computed less printed"][1:4] == ["0", "13500000", ""]
    assert signed_in(body()).get(reverse("commissioning:investment-plan") + "?export=xlsx").content[:2] == b"PK"


def test_an_overspent_stream_is_said_to_whoever_sees_the_pot_whole() -> None:
    over, well = FundingStreamFactory(name="Thin fund"), FundingStreamFactory(name="Fat fund")
    for stream in (over, well):
        PlannedInvestmentFactory(funding_stream=stream)
    ContractFactory(funding_stream=over, value=750)
    follow_records(["contracts"], by=None)
    assert LedgerAccount.objects.filter(stream_key=over.pk, balance__lt=0).exists()
    provider = StaffFactory(role=Role.PROJECT_MANAGER)

    seen = signed_in(body()).get(reverse("commissioning:investment-plan")).content.decode()
    hidden = signed_in(provider).get(reverse("commissioning:investment-plan")).content.decode()

    assert "£750.00 is allocated beyond what is agreed" in seen
    assert seen.count("Overspent</strong>") == 2
    assert "Overspent" not in hidden


def test_money_goes_to_actions_up_to_what_stands_in_the_cell() -> None:
    person = body()
    cell, other = PlannedInvestmentFactory(amount=1000), PlannedInvestmentFactory(amount=9000)
    waiting = PlannedInvestmentFactory(mark=InvestmentMark.TO_BE_CONFIRMED, amount=None)
    first, second, third = PlanActionFactory(title="A", cost=2000), PlanActionFactory(title="B"), PlanActionFactory()
    ActionFundingFactory(action=second, planned=other, amount=8000)
    keeper = keeper_of(ACTION_FUNDING)
    keeper.add({"action": first, "planned": cell, "amount": Decimal(700), "note": ""}, by=person)

    with pytest.raises(CaseloadError, match=r"£300\.00 of £1,000\.00 is left") as too_much:
        keeper.add({"action": second, "planned": cell, "amount": Decimal("300.01"), "note": ""}, by=person)
    with pytest.raises(CaseloadError, match="No amount stands"):
        keeper.add({"action": second, "planned": waiting, "amount": Decimal(1), "note": ""}, by=person)
    keeper.add({"action": third, "planned": cell, "amount": Decimal(300), "note": ""}, by=person)

    assert list(too_much.value.fields) == ["amount"]
    assert ActionFunding.objects.count() == 3
    by_action = {each.action: (each.amount, each.missing) for each in money_of_actions()}
    assert by_action == {first: (700, 1300), second: (8000, None), third: (300, None)}


@pytest.mark.parametrize("year", ["2007", "2007-09", "2007/08", "07-08"])
def test_a_year_that_is_none_is_told_at_its_field(year: str) -> None:
    stream = FundingStreamFactory()
    typed = {"funding_stream": str(stream.uid), "financial_year": year, "mark": "amount", "amount": "5"}

    page = signed_in(body()).post(
        reverse("commissioning:record-add", args=["planned-investment"]), {**typed, "certainty": "firm"}
    )

    assert "Enter a financial year, as 2007-08." in page.content.decode()
    assert not PlannedInvestment.objects.exists()


def test_an_amount_without_its_mark_and_a_second_cell_are_refused() -> None:
    cell = PlannedInvestmentFactory(certainty=Certainty.FIRM)
    typed = {"funding_stream": str(cell.funding_stream.uid), "financial_year": "2008-09", "certainty": "firm"}
    browser, page = signed_in(body()), reverse("commissioning:record-add", args=["planned-investment"])

    dash = browser.post(page, {**typed, "mark": "dash", "amount": "0"}).content.decode()
    again = browser.post(page, {**typed, "mark": "amount", "amount": "7", "financial_year": "2007-08"}).content.decode()

    assert "Enter pounds where an amount stands" in dash
    assert "The plan has this stream in this year already" in again
    assert PlannedInvestment.objects.count() == 1


def table_18() -> None:
    """Leicester's administrative budget as its plan prints it."""
    rates = {"pay_award": (BudgetBasis.PAY_AWARD, 3), "employer_on_costs": (BudgetBasis.ON_COSTS, 20)}
    for row in plan_facts("leicester", "admin_budget"):
        basis, rate = rates.get(row["key"], (BudgetBasis.GIVEN, None))
        BudgetLineFactory(
            purpose=row["line"], category=row["category"], amount=Decimal(row["amount_gbp"]), basis=basis, rate=rate
        )
    PrintedTotalFactory(financial_year="2007-08", amount=319_800, source="Leicester business plan, Table 18")


def test_leicesters_table_18_adds_up_to_the_pound() -> None:
    table_18()
    BudgetLineFactory(financial_year="2008-09", amount=1)

    found = budget("2007-08")

    assert (found.total, found.gap) == (Decimal(319_800), Decimal(0))
    lines = {each.line.basis: each for _, of, _ in found.categories for each in of if each.made is not None}
    assert (lines["pay_award"].of, lines["pay_award"].made, lines["pay_award"].difference) == (136_674, 4_100, 0)
    assert (lines["on_costs"].of, lines["on_costs"].made, lines["on_costs"].difference) == (140_774, 28_155, -1)
    assert found.unfunded == 319_800


def test_the_budget_shows_who_pays_and_what_nobody_pays(other_consortium: Consortium) -> None:
    stream = FundingStreamFactory(name="Seedcorn")
    BudgetLineFactory(purpose="Core team", amount=45_000, funding_stream=stream)
    BudgetLineFactory(purpose="Consultancy", amount=40_000, funder="LSC")
    BudgetLineFactory(purpose="Director", amount=60_000)
    with in_consortium(other_consortium.pk):
        BudgetLineFactory(purpose="Theirs", amount=7)

    page = signed_in(body(Role.PROJECT_MANAGER)).get(reverse("commissioning:budget")).content.decode()

    assert "£60,000.00 of £145,000.00 has nobody who pays for it" in page
    assert "Seedcorn: £45,000.00" in page
    assert "LSC: £40,000.00" in page
    assert "Theirs" not in page
    assert signed_in(StaffFactory(role=Role.PROJECT_MANAGER)).get(reverse("commissioning:budget")).status_code == 403


def test_a_line_has_one_funder_and_a_percent_only_where_one_is_taken() -> None:
    stream = FundingStreamFactory()
    page = reverse("commissioning:record-add", args=["budget-lines"])
    typed = {"purpose": "Rent", "category": "premises", "financial_year": "2007-08", "amount": "4200", "basis": "given"}
    browser = signed_in(body())

    two = browser.post(page, {**typed, "funding_stream": str(stream.uid), "funder": "LSC"}).content.decode()
    rate = browser.post(page, {**typed, "rate": "3"}).content.decode()

    assert "Choose a stream or name a funder, not both." in two
    assert "Enter the percent of a pay award or of on-costs, and of nothing else." in rate
    assert not BudgetLine.objects.exists()
