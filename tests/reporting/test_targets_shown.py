"""Which figure of a line stands against its target, and how far it is from it (Leicester business plan, Table 16)."""

import pytest

from reporting.counting.declarations import Indicator
from reporting.indicators.journey import FUNDED_JOB_DROPOUT
from reporting.indicators.leicester.commissioning import KPI_23, KPI_24
from reporting.indicators.leicester.employers import KPI_3, KPI_4, KPI_6
from reporting.indicators.leicester.headlines import HEADLINE_IB
from reporting.indicators.leicester.sustained import KPI_22
from reporting.models import Return, ReturnBuild, ReturnLine
from reporting.queries.filed import FigureRow, Labels, Reader


def row_of(indicator: Indicator, measure: str, **more: str) -> FigureRow:
    line = ReturnLine(line=indicator.code, measure=measure, **more)
    return Reader(Return(), ReturnBuild(), Labels(set())).row(indicator, line)


def shown_targets(indicator: Indicator, target: str) -> dict[str, str]:
    rows = {each.name: row_of(indicator, each.name, year="582000", target=target) for each in indicator.shown_measures}
    return {measure: row.target for measure, row in rows.items() if row.target}


@pytest.mark.parametrize(
    ("indicator", "target", "beside"),
    [(KPI_4, "74", "value"), (KPI_6, "17", "activities"), (KPI_22, "77", "percent"), (KPI_24, "58", "percent")],
)
def test_a_target_stands_beside_the_one_measure_it_is_about(indicator: Indicator, target: str, beside: str) -> None:
    assert shown_targets(indicator, target) == {beside: f"{target}%" if beside == "percent" else target}


def test_a_target_in_pounds_has_its_sign() -> None:
    assert shown_targets(KPI_23, "1655980") == {"value": "£1,655,980"}


@pytest.mark.parametrize(
    ("indicator", "figures", "words"),
    [
        (KPI_4, {"year": "45", "all": "90", "target": "60"}, "15 to go, year to date"),
        (KPI_4, {"year": "60", "all": "60", "target": "60"}, "reached, year to date"),
        (HEADLINE_IB, {"year": "4", "all": "90", "target": "100"}, "10 to go, since the start"),
        (KPI_3, {"year": "20", "all": "27", "target": "30"}, "3 to go, in force"),
        (KPI_22, {"year": "69.5", "all": "70.0", "target": "77"}, "7.5 points to go, year to date"),
        (KPI_22, {"year": "80.0", "all": "70.0", "target": "77"}, "reached, year to date"),
        (FUNDED_JOB_DROPOUT, {"year": "14.8", "all": "9.0", "target": "14.3"}, "0.5 points too high, year to date"),
        (FUNDED_JOB_DROPOUT, {"year": "14.3", "all": "20.0", "target": "14.3"}, "reached, year to date"),
        (KPI_23, {"year": "1000.50", "all": "9.00", "target": "2000"}, "£999.50 to go, year to date"),
    ],
)
def test_what_is_left_to_a_target_is_said_in_its_unit_window_and_direction(
    indicator: Indicator, figures: dict[str, str], words: str
) -> None:
    row = row_of(indicator, indicator.aimed_at, **figures)

    assert row.distance is not None
    assert row.distance.words == words


def test_a_stock_says_which_of_its_figures_is_what_is_in_force() -> None:
    row = row_of(KPI_3, "value", quarter="13", year="20", all="27")

    assert [(cell.text, cell.note, cell.label) for cell in row.cells] == [
        ("13", "new", "New this quarter"),
        ("20", "new", "New this year"),
        ("27", "in force", "In force"),
    ]
