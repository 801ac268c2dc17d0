"""Lines of the administrative budget (COM-16)."""

from commissioning.enums import BudgetBasis
from commissioning.kinds.words import OVERSEE, OVERSIGHT, WORK
from commissioning.kinds.years import a_financial_year
from commissioning.models import BudgetLine
from partners.errors import CaseloadError
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind


def one_funder(line: BudgetLine) -> None:
    if line.funding_stream_id and line.funder.strip():
        raise CaseloadError("Choose a stream or name a funder, not both.", field="funder")


KIND = RecordKind(
    model=BudgetLine,
    slug="budget-lines",
    title="Budget lines",
    singular="budget line",
    about="What running the partnership costs, line by line, with who pays for it.",
    one="Budget line of",
    what="purpose",
    whose=("financial_year",),
    shown=("purpose", "financial_year", "category", "amount", "funding_stream", "funder", "post"),
    called={"funding_stream": "Stream", "funder": "Funder, if no stream"},
    capability=OVERSIGHT,
    money=("amount",),
    order=("financial_year", "id"),
    searched=("purpose", "funder", "funding_stream__name", "post__title"),
    searches="A word of the purpose, of the funder or of the post.",
    filters=("category", "funding_stream"),
    begins="Add the first one here.",
    parts=WORK,
    keeps=Keeps(
        fields=(
            "purpose",
            "category",
            "financial_year",
            "amount",
            "basis",
            "rate",
            "post",
            "full_time_equivalents",
            "funding_stream",
            "funder",
        ),
        may=OVERSEE,
        rules=(a_financial_year, one_funder),
        asks_why=True,
        initial=lambda _staff: {"basis": BudgetBasis.GIVEN},
        hints={
            "financial_year": "As 2007-08, from April to March.",
            "amount": "Pounds, as it is budgeted. What a percent makes is shown beside it.",
            "rate": "As 3 or 20. Only for a pay award or on-costs.",
            "post": "The post it pays for, if any.",
            "funder": "Who pays where no stream does. Empty in both: a line without a funder.",
        },
    ),
)
