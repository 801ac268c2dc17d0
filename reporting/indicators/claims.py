"""The lines of a claim (contract KPIS.md, "The claim"): to DWP, and to a funder that a pack declares."""

from collections.abc import Sequence

from reporting.counting.claims import Funder
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

SOURCE = "Counting rules, “The claim”"
CLAIMED, CORRECTED, LEFT = "What is claimed", "What earlier claims take back", "What is left out"
# Pounds are the price times the number, so they tell it.
OF_PEOPLE = Tells(all_of_it=True)
CONTRACT = Dimension("contract", shows_nought=True)
STREAM = Dimension("funding_stream", shows_nought=True)
NUMBER_AND_AMOUNT = (Count("number", of_people=False), Sum("amount", "amount", style=Style.MONEY))


ITEM_LINES = {
    "job_start": (
        "Job starts claimed",
        (
            "Counted jobs of contracts that the funder pays by outputs, by the day they started, at the price of their"
            " term."
        ),
        "jobs",
    ),
    **{
        f"sustained_{weeks}w": (
            f"Jobs sustained for {weeks} weeks claimed",
            (
                f"Counted jobs of such contracts in work at the latest check of week {weeks}, by start and"
                f" {weeks * 7} days."
            ),
            "employment_checks",
        )
        for weeks in (13, 26, 52)
    },
    "spend": (
        "Spend claimed",
        "Eligible expenditure that was paid out, of contracts that the funder pays for what they spend.",
        "expenditure",
    ),
}


def of_claim(funder: Funder, which: str) -> str:
    return f"SELECT * FROM count_{funder.kind} WHERE {which}"  # noqa: S608  a declaration's own text


def claimed(funder: Funder, name: str) -> Indicator:
    title, counts, table = ITEM_LINES[name]
    return line_of(
        funder,
        f"claim_{name}",
        title,
        counts,
        table=table,
        heading=CLAIMED,
        which=f"line = '{name}' AND reason IS NULL",
        tells=NOBODY if name == "spend" else OF_PEOPLE,
    )


def corrections(funder: Funder) -> Indicator:
    return line_of(
        funder,
        "claim_corrections",
        "Corrections",
        "Lines of earlier claims that stood, and that today's records or the funder's rejection take back.",
        table="claim_lines",
        heading=CORRECTED,
        which="line = 'correction' AND reason IS NULL",
        tells=OF_PEOPLE,
    )


def line_of(
    funder: Funder, code: str, title: str, counts: str, *, table: str, heading: str, which: str, tells: Tells
) -> Indicator:
    return Indicator(
        code=code,
        title=title,
        counts=counts,
        source=SOURCE,
        heading=heading,
        unit="items",
        table=table,
        tables=("contracts",),
        reads=(funder.kind,),
        query=of_claim(funder, which),
        tells=tells,
        measured=Measured.OWN,
        measures=NUMBER_AND_AMOUNT,
        dimensions=(CONTRACT, STREAM),
        output="number",
        traced=Traced(("number",), ("quarter",), (CONTRACT.name, STREAM.name)),
    )


def total(funder: Funder, lines: Sequence[Indicator]) -> Indicator:
    return Indicator(
        code="claim_total",
        title="The claim",
        counts="Pounds of all that is claimed, less what is taken back.",
        source=SOURCE,
        heading=CLAIMED,
        unit="pounds",
        table="jobs",
        tables=("contracts",),
        reads=(funder.kind,),
        query=of_claim(funder, "reason IS NULL"),
        tells=OF_PEOPLE,
        measured=Measured.OWN,
        measures=(Sum("amount", style=Style.MONEY),),
        dimensions=(CONTRACT, STREAM),
        made_from=tuple(line.code for line in lines),
        traced=Traced(),
    )


def left_out(funder: Funder) -> Indicator:
    return Indicator(
        code="claim_left_out",
        title="Left out of the claim",
        counts="Items that a rule keeps out of this claim, by the first rule that holds, at what they would be worth.",
        source=SOURCE,
        heading=LEFT,
        unit="items",
        table="jobs",
        tables=("contracts",),
        reads=(funder.kind,),
        query=of_claim(funder, "reason IS NOT NULL"),
        tells=OF_PEOPLE,
        measured=Measured.OWN,
        measures=NUMBER_AND_AMOUNT,
        dimensions=(Dimension("reason", members=funder.rules), CONTRACT),
        windows=("quarter",),
        output="number",
        traced=Traced(("number",), ("quarter",), ("reason",), total=False),
    )


def claim_lines(funder: Funder) -> tuple[Indicator, ...]:
    """Return the lines of a claim: the total, its items, the corrections, and what is left out by which rule."""
    lines = (*(claimed(funder, item) for item in ITEM_LINES if item in funder.items), corrections(funder))
    return (total(funder, lines), *lines, left_out(funder))


DWP_CLAIM = claim_lines(DWP)
