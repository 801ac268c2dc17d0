"""A row as RFC 4180 has it. Python's own writer leaves a carriage return alone without quotes, and so loses it."""

from collections.abc import Sequence

QUOTED = frozenset(',"\r\n')


def line(row: Sequence[str | None]) -> str:
    """Write a row, with quotes only where they are needed."""
    return ",".join([_cell(value) for value in row]) + "\n"


def _cell(value: str | None) -> str:
    if not value:
        return ""
    if QUOTED.isdisjoint(value):
        return value
    return '"' + value.replace('"', '""') + '"'
