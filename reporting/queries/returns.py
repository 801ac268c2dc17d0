"""A return computed from the records of this moment."""

from reporting.counting.engine import Counting
from reporting.counting.sheet import Row, in_order, rows_of
from reporting.indicators.kinds import Kind
from reporting.models import Forecast
from reporting.queries.targets import targets_of


def count_return(counting: Counting, kind: Kind) -> list[Row]:
    """Count every line of a return and give its rows in their order."""
    targets = targets_of(counting.quarter.financial_year)
    forecasts = dict(Forecast.objects.filter(quarter=str(counting.quarter)).values_list("line", "value"))
    return in_order(
        row for indicator in kind.indicators for row in rows_of(counting.count(indicator), targets, forecasts)
    )
