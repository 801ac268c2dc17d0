"""Better commissioning and performance management: KPI 23 to 25."""

from fractions import Fraction

from reporting.counting.declarations import NOBODY, Dimension, Indicator, OutputsOf, Ratio, Sum
from reporting.counting.numbers import Style
from reporting.indicators.leicester.shared import TABLE_16

HEADING = "Better commissioning and performance management"


KPI_23 = Indicator(
    code="kpi_23",
    tells=NOBODY,
    title="Spend allocated to the common resource plan",
    counts="Pounds of agreed contributions, by the day they were agreed.",
    source=TABLE_16,
    heading=HEADING,
    unit="pounds",
    table="contributions",
    query="""
        SELECT contribution.id AS record_id, contribution.external_id AS reference,
            contribution.agreed_on AS on_date, contribution.amount, stream.external_id AS funding_stream,
            stream.mainstream AS is_mainstream
        FROM commissioning_contribution contribution
        JOIN commissioning_fundingstream stream
            ON stream.consortium_id = contribution.consortium_id AND stream.id = contribution.funding_stream_id
        WHERE contribution.status = 'agreed'
    """,
    measures=(Sum("amount", style=Style.MONEY),),
    dimensions=(Dimension("funding_stream"),),
)
KPI_24 = Indicator(
    code="kpi_24",
    tells=NOBODY,
    title="Share of that spend from mainstream budgets",
    counts="Pounds of agreed contributions that come from mainstream streams, and their share of all.",
    source=TABLE_16,
    heading=HEADING,
    unit="pounds",
    table="contributions",
    query=KPI_23.query,
    measures=(
        Sum("amount", "mainstream", where="is_mainstream", style=Style.MONEY),
        Sum("amount", "total", style=Style.MONEY),
        Ratio("mainstream", "total", "percent"),
    ),
    output="mainstream",
)
KPI_25 = Indicator(
    code="kpi_25",
    tells=NOBODY,
    title="Unit cost of each KPI",
    counts="Eligible expenditure that names an indicator, what that indicator counted in the same window, and the cost"
    " of each.",
    source=TABLE_16,
    heading=HEADING,
    unit="pounds",
    table="expenditure",
    # The codes are those of the window all; a programme that began in the middle of a year has spend before them.
    query="""
        SELECT id AS record_id, external_id AS reference, incurred_on AS on_date, amount, indicator
        FROM commissioning_expenditure
        WHERE eligible IS NOT FALSE AND indicator IN (
            SELECT indicator FROM commissioning_expenditure
            WHERE eligible IS NOT FALSE AND indicator <> ''
                AND incurred_on BETWEEN %(a_start)s::date AND %(q_end)s
        )
    """,
    measures=(
        Sum("amount", "spend", style=Style.MONEY),
        OutputsOf("outputs"),
        Ratio("spend", "outputs", "cost_per_output", factor=Fraction(1), style=Style.MONEY),
    ),
    dimensions=(Dimension("indicator"),),
    output="",
)

LINES = (KPI_23, KPI_24, KPI_25)
