"""The one way in which a start-up command fails."""

BROKEN_MODULE = "A Python module in .venv is missing or broken ({}): delete the folder .venv and run this again"


NPMS_FAREWELL = "A complete log of this run can be found in"


class StartError(Exception):
    """Something a person has to put right; the text is one sentence that says what to do."""


def last_words(text: str) -> str:
    """The last line that says something, to quote in a failure."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and NPMS_FAREWELL not in line]
    return lines[-1][:300] if lines else "no output"
