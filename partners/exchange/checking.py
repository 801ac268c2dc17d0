"""What one cell may hold (exchange/README.md, "Refused"), asked of a whole column of a batch at once.

Values repeat, so each is judged once and remembered; a clean batch costs a few set operations per column.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from partners.exchange.declarations import Column, Kind

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
        self._plain = column.kind in {Kind.TEXT, Kind.REFERENCE} and not column.shapes
        self._by_kind = BY_KIND.get(column.kind)

    def findings(self, values: Sequence[str], *, has_nul: bool) -> tuple[dict[str, str], dict[str, str]]:
        """Return the refused and the doubtful values of a batch, each with its reason."""
        refused: dict[str, str] = {}
        doubtful: dict[str, str] = {}
        if self.column.required and "" in values:
            refused[""] = "This must be filled in."
        if self._plain and not has_nul and max(map(len, values)) <= self.column.longest:
            return refused, doubtful
        fresh = set(values) - self._fine
        fresh.discard("")
        for value in fresh:
            if reason := self._why_refused(value):
                refused[value] = reason
            elif reason := next((shape.reason for shape in self._warnings if not shape.accepts(value)), None):
                doubtful[value] = reason
        if not self._plain:
            self._remember(fresh.difference(refused, doubtful))
        return refused, doubtful

    def _why_refused(self, value: str) -> str | None:
        if "\x00" in value:
            return "A NUL character cannot be kept."
        if len(value) > self.column.longest:
            return f"This is longer than {self.column.longest:,} characters."
        if self.column.codes and value not in self.column.codes:
            return f"This is not one of: {', '.join(self.column.codes)}."
        if self._by_kind and (reason := self._by_kind(value)):
            return reason
        return next((shape.reason for shape in self._refusals if not shape.accepts(value)), None)

    def _remember(self, fine: set[str]) -> None:
        if len(self._fine) > MOST_REMEMBERED:
            self._fine.clear()
        self._fine |= fine
