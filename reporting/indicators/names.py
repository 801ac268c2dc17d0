"""What people call a line of a return, where the records hold its code."""

from reporting.indicators.kinds import KINDS

TITLES = {indicator.code: indicator.title for kind in KINDS.values() for indicator in kind.indicators}


def short_name(code: str) -> str:
    """Return how people cite a numbered line: ``kpi_5`` → ``KPI 5``. Lines without a number have none."""
    number = code.removeprefix("kpi_")
    return f"KPI {number}" if number != code and number.isdecimal() else ""


def name_of(code: str) -> str:
    """Return a line's title with its number; a local indicator, which has only a code, in its own words.

    Own indicators of a partnership begin ``local_`` (exchange package, FIELDS.md, observations).
    """
    if code in TITLES:
        return f"{short_name(code)} {TITLES[code]}".strip()
    own = code.removeprefix("local_").replace("_", " ")
    return f"Local: {own}" if code.startswith("local_") else own[:1].upper() + own[1:]
