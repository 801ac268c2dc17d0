"""Totals as documents print them, beside the computed ones (COM-02, COM-16)."""

from commissioning.kinds.words import KEEP, VIEW, WORK
from commissioning.kinds.years import a_financial_year
from commissioning.models import PrintedTotal
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind

KIND = RecordKind(
    model=PrintedTotal,
    slug="printed-totals",
    title="Printed totals",
    singular="printed total",
    about="Totals as documents print them. They stand beside the computed ones as a note, and count nowhere.",
    one="Printed total of",
    whose=("document",),
    what="financial_year",
    shown=("document", "financial_year", "amount", "source"),
    called={"document": "Total of"},
    capability=VIEW,
    money=("amount",),
    order=("document", "financial_year", "id"),
    searched=("source", "note"),
    searches="A word of where it is printed.",
    filters=("document",),
    begins="Add the first one here.",
    parts=WORK,
    keeps=Keeps(
        fields=("document", "financial_year", "amount", "source", "note"),
        may=KEEP,
        rules=(a_financial_year,),
        hints={
            "financial_year": "As 2007-08, from April to March.",
            "amount": "Pounds. Empty where it is printed as to be confirmed.",
            "source": "The document and its section or table.",
        },
    ),
)
