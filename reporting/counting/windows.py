"""Quarters and the three windows of every figure (contract KPIS.md, "Words")."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from partners.errors import CaseloadError

WINDOWS = ("quarter", "year", "all")
WINDOW_TITLES = {"quarter": "Quarter", "year": "Year to date", "all": "Since the start"}


class QuarterNotUnderstood(CaseloadError):
    code = "quarter_not_understood"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a financial year, which runs from 1 April: ``2007-08-Q1`` is 1 April to 30 June 2007."""

    first_year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-Q([1-4])", text.strip(), re.ASCII)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]) or not 1 <= int(found[1]) <= 9998:
            raise QuarterNotUnderstood(f"“{text}” is not a quarter. Write it like 2007-08-Q1.", field="quarter")
        return cls(int(found[1]), int(found[3]))

    @classmethod
    def of(cls, day: date) -> Self:
        month = (day.month - 4) % 12
        return cls(day.year - (day.month < 4), month // 3 + 1)

    def __str__(self) -> str:
        return f"{self.financial_year}-Q{self.number}"

    @property
    def financial_year(self) -> str:
        return f"{self.first_year:04d}-{(self.first_year + 1) % 100:02d}"

    @property
    def start(self) -> date:
        month = (3, 6, 9, 0)[self.number - 1] + 1
        return date(self.first_year + (self.number == 4), month, 1)

    @property
    def end(self) -> date:
        return self.after.start - timedelta(days=1)

    @property
    def year_start(self) -> date:
        return date(self.first_year, 4, 1)

    @property
    def after(self) -> "Quarter":
        return Quarter(self.first_year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.first_year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def name(self) -> str:
        """How people cite it: ``2007-08 Q1``."""
        return f"{self.financial_year} Q{self.number}"

    @property
    def in_words(self) -> str:
        return f"{self.start:%-d %B %Y} to {self.end:%-d %B %Y}"

    def parameters(self, programme_start: date | None) -> dict[str, Any]:
        """Return what the SQL of the indicators reads: the first day of each window and their common last day."""
        return {
            "q_start": self.start,
            "y_start": self.year_start,
            "a_start": programme_start or "-infinity",
            "q_end": self.end,
        }


def check_quarter(quarter: Quarter, *, programme_start: date | None, today: date) -> None:
    """Refuse a quarter that has not begun, or that ended before the programme began."""
    if quarter.start > today:
        raise QuarterNotUnderstood(
            f"The quarter {quarter} begins on {quarter.start:%-d %B %Y}, which is still to come.", field="quarter"
        )
    if programme_start and quarter.end < programme_start:
        raise QuarterNotUnderstood(
            f"The quarter {quarter} ended before the programme began on {programme_start:%-d %B %Y}.", field="quarter"
        )
