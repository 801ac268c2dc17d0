"""A return computed from the records of this moment."""

from collections.abc import Callable

from partners.models import Consortium
from reporting.counting.engine import Counting
from reporting.counting.sheet import Row, in_order, rows_of
from reporting.indicators.kinds import Kind
from reporting.queries.targets import targets_of


def count_return(counting: Counting, kind: Kind, *, tell: Callable[[int, int, str], None] | None = None) -> list[Row]:
    """Count every line of a return and give its rows in their order; ``tell`` hears of each line."""
    targets = targets_of(counting.quarter.financial_year)
    rows: list[Row] = []
    for number, indicator in enumerate(kind.indicators):
        if tell:
            tell(number, len(kind.indicators), indicator.title)
        rows += rows_of(counting.count(indicator), targets, {})
    return in_order(rows)


def programme_start(consortium: Consortium) -> str:
    return str(consortium.programme_start or "")
