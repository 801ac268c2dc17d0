"""What the sentences of the timeline are put together from."""

from datetime import date
from typing import Any

from partners.platform.dates import long_date


def word(choices: Any, code: Any) -> str:
    """Return what a code is called; a code that is not known stands for itself."""
    return str(dict(choices.choices).get(code, code or ""))


def day(value: str | None, before: str = "") -> str:
    """Return a day as text has it, after the words ``before``; nothing where there is none."""
    return f"{before}{long_date(date.fromisoformat(value))}" if value else ""


def said(*parts: str) -> list[str]:
    """Return the parts that say something."""
    return [part for part in parts if part]
