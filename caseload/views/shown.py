"""An entry of the timeline as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caseload.forms.entries import ENTRY_FORMS
from caseload.forms.facts import FACT_FORMS
from caseload.queries.changes import Who
from partners.platform.dates import long_date
from partners.platform.records.told import Entry

# Kinds whose entries have a page of their own, with what they said before. What was agreed to is never corrected.
WITH_PAGE = {*ENTRY_FORMS, *FACT_FORMS}
CORRECTABLE = WITH_PAGE - {"consent"}


@dataclass
class Shown:
    """An entry as the page shows it: by whom, corrected by whom, and whether this reader may correct it."""

    entry: Entry
    title: str
    text: str
    facts: Sequence[str]
    by: str
    where: str
    corrects: bool = False
    corrected: Who | None = None
    history_url: str = ""
    remarks: Sequence[Any] = ()

    @property
    def mark(self) -> str:
        return self.entry.told.mark

    @property
    def is_correctable(self) -> bool:
        return self.entry.what in CORRECTABLE and not self.entry.facts.get("is_theirs")

    @property
    def late(self) -> str:
        days = self.entry.days_late
        if days <= 0:
            return ""
        return f"recorded {days} day{'s' if days > 1 else ''} later, on {long_date(self.entry.recorded_on)}"


def shown(entry: Entry) -> Shown:
    return Shown(entry, **vars(entry.told.sentence(entry.facts)))
