"""The lines of the claim to DWP (contract KPIS.md, "The claim")."""

from reporting.counting.declarations import (
    NOBODY,
    Count,
    Dimension,
    Indicator,
    Measured,
    Sum,
    Tells,
    Traced,
)
from reporting.counting.numbers import Style
from reporting.counting.sources import DWP
from reporting.enums import LeftOut

SOURCE = "Counting rules, “The claim”"
CLAIMED, CORRECTED, LEFT = "What is claimed", "What earlier claims take back", "What is left out"
# Pounds are the price times the number, so they tell it.
OF_PEOPLE = Tells(all_of_it=True)
CONTRACT = Dimension("contract", shows_nought=True)
STREAM = Dimension("funding_stream", shows_nought=True)
NUMBER_AND_AMOUNT = (Count("number", of_people=False), Sum("amount", "amount", style=Style.MONEY))


def of_claim(which: str) -> str:
    return f"SELECT * FROM count_{DWP.kind} WHERE {which}"  # noqa: S608  a declaration's own text


def claimed(name: str, title: str, counts: str, *, table: str, tells: Tells = OF_PEOPLE) -> Indicator:
    return Indicator(
        code=f"claim_{name}",
        title=title,
        counts=counts,
        source=SOURCE,
        heading=CLAIMED if name != "corrections" else CORRECTED,
        unit="items",
        table=table,
        tables=("contracts",),
        reads=(DWP.kind,),
        query=of_claim(f"line = '{name.removesuffix('s')}' AND reason IS NULL"),
        tells=tells,
        measured=Measured.OWN,
        measures=NUMBER_AND_AMOUNT,
        dimensions=(CONTRACT, STREAM),
        output="number",
        traced=Traced(("number",), ("quarter",), (CONTRACT.name, STREAM.name)),
    )


JOB_START = claimed(
    "job_start",
    "Job starts claimed",
    "Counted jobs of contracts that the funder pays by outputs, by the day they started, at the price of their term.",
    table="jobs",
)
SUSTAINED = tuple(
    claimed(
        f"sustained_{weeks}w",
        f"Jobs sustained for {weeks} weeks claimed",
        f"Counted jobs of such contracts in work at the latest check of week {weeks}, by start and {weeks * 7} days.",
        table="employment_checks",
    )
    for weeks in (13, 26, 52)
)
SPEND = claimed(
    "spend",
    "Spend claimed",
    "Eligible expenditure that was paid out, of contracts that the funder pays for what they spend.",
    table="expenditure",
    tells=NOBODY,
)
CORRECTIONS = claimed(
    "corrections",
    "Corrections",
    "Lines of earlier claims that stood, and that today's records or the funder's rejection take back.",
    table="claim_lines",
)
LINES = (JOB_START, *SUSTAINED, SPEND, CORRECTIONS)
TOTAL = Indicator(
    code="claim_total",
    title="The claim",
    counts="Pounds of all that is claimed, less what is taken back.",
    source=SOURCE,
    heading=CLAIMED,
    unit="pounds",
    table="jobs",
    tables=("contracts",),
    reads=(DWP.kind,),
    query=of_claim("reason IS NULL"),
    tells=OF_PEOPLE,
    measured=Measured.OWN,
    measures=(Sum("amount", style=Style.MONEY),),
    dimensions=(CONTRACT, STREAM),
    made_from=tuple(line.code for line in LINES),
    traced=Traced(),
)
LEFT_OUT = Indicator(
    code="claim_left_out",
    title="Left out of the claim",
    counts="Items that a rule keeps out of this claim, by the first rule that holds, at what they would be worth.",
    source=SOURCE,
    heading=LEFT,
    unit="items",
    table="jobs",
    tables=("contracts",),
    reads=(DWP.kind,),
    query=of_claim("reason IS NOT NULL"),
    tells=OF_PEOPLE,
    measured=Measured.OWN,
    measures=NUMBER_AND_AMOUNT,
    dimensions=(Dimension("reason", members=tuple(LeftOut.values)), CONTRACT),
    windows=("quarter",),
    output="number",
    traced=Traced(("number",), ("quarter",), ("reason",), total=False),
)
DWP_CLAIM = (TOTAL, *LINES, LEFT_OUT)
