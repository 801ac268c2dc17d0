"""What one cell may hold (exchange/README.md, "Refused"), asked of a whole column of a batch at once.

Values repeat, so each is judged once and remembered; a clean batch costs a few set operations per column.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.explaining import (
    SIGNS,
    doubt_about_day,
    doubt_about_number,
    doubt_about_text,
    explained,
    meant_code,
)

MOST_REMEMBERED = 50_000
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def wrong_day(value: str) -> str | None:
    if not _DAY.fullmatch(value):
        return "A date is written year-month-day, like 2007-02-28."
    try:
        date.fromisoformat(value)
    except ValueError:
        return "There is no such day."
    return None


def wrong_boolean(value: str) -> str | None:
    return None if value in {"true", "false"} else "This is true or false, in small letters."


def wrong_integer(value: str) -> str | None:
    if not _INTEGER.fullmatch(value):
        return "This is not a whole number."
    return None if abs(int(value)) < 2**31 else "This number is too large."


def wrong_number(value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "This is not a number, like 12.50."
    return None if len(value) <= 200 else "This number is too long."


BY_KIND: dict[Kind, Callable[[str], str | None]] = {
    Kind.DAY: wrong_day,
    Kind.BOOLEAN: wrong_boolean,
    Kind.INTEGER: wrong_integer,
    Kind.NUMBER: wrong_number,
}


class ColumnCheck:
    """The judgement of one column's values, remembered from batch to batch."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self._fine: set[str] = set()
        self._refusals = [shape for shape in column.shapes if not shape.only_warns]
        self._warnings = [shape for shape in column.shapes if shape.only_warns]
        # A reference to nothing is refused with what it nearly refers to; one that finds its record is right.
        self._is_text = column.kind == Kind.TEXT
        self._plain = column.kind in {Kind.TEXT, Kind.REFERENCE} and not column.shapes
        self._by_kind = BY_KIND.get(column.kind)

    def findings(self, values: Sequence[str], *, has_nul: bool) -> tuple[dict[str, str], dict[str, str]]:
        """Return the refused and the doubtful values of a batch, each with its reason."""
        refused: dict[str, str] = {}
        doubtful: dict[str, str] = {}
        if self.column.required and "" in values:
            refused[""] = "This must be filled in."
        if self._plain and not has_nul and self._looks_fine(values):
            return refused, doubtful
        fresh = set(values) - self._fine
        fresh.discard("")
        for value in fresh:
            if reason := self._why_refused(value):
                refused[value] = reason
            elif reason := self._why_doubted(value):
                doubtful[value] = reason
        if not self._plain:
            self._remember(fresh.difference(refused, doubtful))
        return refused, doubtful

    def _looks_fine(self, values: Sequence[str]) -> bool:
        """Tell, from all values at once, that none is too long or worth a closer look."""
        together = f"|{'|'.join(values)}|"
        if self._is_text and (not together.isprintable() or any(sign in together for sign in SIGNS)):
            return False
        return len(together) <= self.column.longest or max(map(len, values)) <= self.column.longest

    def _why_refused(self, value: str) -> str | None:
        if "\x00" in value:
            return "A NUL character cannot be kept."
        if len(value) > self.column.longest:
            return f"This is longer than {self.column.longest:,} characters."
        if self.column.codes and value not in self.column.codes:
            meant = meant_code(value, self.column.codes)
            return f"This is not one of: {', '.join(self.column.codes)}." + (f" Was {meant} meant?" if meant else "")
        wrong = self._by_kind
        if wrong and (reason := wrong(value)):
            return explained(value, reason, self.column.kind, is_right=lambda other: wrong(other) is None)
        return next((shape.reason for shape in self._refusals if not shape.accepts(value)), None)

    def _why_doubted(self, value: str) -> str | None:
        if reason := next((shape.reason for shape in self._warnings if not shape.accepts(value)), None):
            return reason
        if self._is_text:
            return doubt_about_text(value, names_records=self.column.name == "id")
        if self.column.kind == Kind.DAY:
            return doubt_about_day(value)
        return doubt_about_number(value) if self.column.kind == Kind.NUMBER else None

    def _remember(self, fine: set[str]) -> None:
        if len(self._fine) > MOST_REMEMBERED:
            self._fine.clear()
        self._fine |= fine
