"""Which figure of a line stands against its target (Leicester business plan, Table 16: the unit of each target)."""

import pytest

from reporting.counting.declarations import Indicator
from reporting.indicators.leicester import KPI_4, KPI_6, KPI_22, KPI_23, KPI_24
from reporting.models import Return, ReturnBuild, ReturnLine
from reporting.queries.filed import Labels, Reader


def shown_targets(indicator: Indicator, target: str) -> dict[str, str]:
    reader = Reader(Return(), ReturnBuild(), Labels(set()))
    found = {}
    for measure in indicator.shown_measures:
        line = ReturnLine(line=indicator.code, measure=measure.name, year="582000", target=target)
        row = reader.row(indicator, line)
        if row.target:
            found[measure.name] = row.target
    return found


@pytest.mark.parametrize(
    ("indicator", "target", "beside"),
    [(KPI_4, "74", "value"), (KPI_6, "17", "activities"), (KPI_22, "77", "percent"), (KPI_24, "58", "percent")],
)
def test_a_target_stands_beside_the_one_measure_it_is_about(indicator: Indicator, target: str, beside: str) -> None:
    assert shown_targets(indicator, target) == {beside: f"{target}%" if beside == "percent" else target}


def test_a_target_in_pounds_has_its_sign() -> None:
    assert shown_targets(KPI_23, "1655980") == {"value": "£1,655,980"}
