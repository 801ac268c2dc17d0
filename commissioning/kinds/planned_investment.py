"""The cells of the investment plan: what each stream brings in each financial year (COM-02)."""

from commissioning.enums import Certainty, InvestmentMark
from commissioning.kinds.words import KEEP, VIEW, WORK
from commissioning.kinds.years import a_financial_year
from commissioning.models import PlannedInvestment
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=PlannedInvestment,
    slug="planned-investment",
    title="Planned investment",
    singular="cell of the investment plan",
    about="What each stream brings in each year. An amount, to be confirmed, a dash and a blank are kept apart.",
    one="Planned investment of",
    whose=("funding_stream",),
    what="financial_year",
    shown=("funding_stream", "financial_year", "mark", "amount", "certainty", "area"),
    called={"funding_stream": "Stream", "mark": "What stands there", "certainty": "How certain"},
    capability=VIEW,
    money=("amount",),
    order=("financial_year", "funding_stream__name", "id"),
    searched=("funding_stream__name", "area", "conditions", "printed_note"),
    searches="A word of the stream, of the area, of the conditions or of the printed note.",
    filters=("funding_stream", "mark", "certainty"),
    begins="Add the first cell here.",
    parent="funding_stream",
    parts=WORK,
    keeps=Keeps(
        fields=(
            "funding_stream",
            "financial_year",
            "mark",
            "amount",
            "certainty",
            "area",
            "conditions",
            "printed_note",
        ),
        may=KEEP,
        rules=(a_financial_year,),
        asks_why=True,
        initial=lambda _staff: {"mark": InvestmentMark.AMOUNT, "certainty": Certainty.INDICATIVE},
        hints={
            "financial_year": "As 2007-08, from April to March.",
            "amount": "Pounds. Empty for anything but an amount.",
            "certainty": "Indicative until its owner has promised it.",
            "area": "If the money may be spent in one part only.",
            "printed_note": "What the document says beside the figure.",
        },
    ),
)
