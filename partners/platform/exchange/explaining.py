"""Why a cell is refused or doubted, said so that whoever sits before the spreadsheet knows what to do.

Findings are grouped by their reason, so that a reason names the kind of mistake and not the value.
"""

import re
from collections.abc import Callable

from partners.platform.exchange.columns import Kind
from partners.platform.forms.validators import HARMLESS, code_of, unwanted_in

SPACES = "There is a space before or after this value. Take it out: with it, nothing else is equal to it."
AROUND = "There is a space or a hidden character before or after this value. Take it out."
MARKERS = frozenset(
    {"#N/A", "#NA", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "NULL", "null", "(null)", "N/A"}
)
NO_VALUE = "A spreadsheet or a database writes this where it has no value. Leave the cell empty."
TOO_NARROW = "The spreadsheet's column was too narrow, so the value is lost. Widen it and save again."
SHORTENED = "A spreadsheet has shortened this number, so its last digits may be lost. Format the column as text first."
# What stands in a column of plain text, its values joined by "|", if any of them is worth a closer look.
SIGNS = ("| ", " |", "#", "NULL", "null", "N/A", "E+")
_SHORTENED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,3}", re.ASCII)
_LOCAL_DAY = re.compile(r"[0-9]{1,2}[/. -][0-9]{1,2}[/. -]([0-9]{2}|[0-9]{4})( [0-9:]+)?", re.ASCII)
_DAY_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)?", re.ASCII)
_DAY_NUMBER = re.compile(r"[0-9]{4,5}(\.[0-9]+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", re.ASCII)
_WITH_NO_DECIMALS = re.compile(r"[+-]?[0-9]+\.0*", re.ASCII)
_IN_BRACKETS = re.compile(r"\([^()]+\)")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}", re.ASCII)

# Days by which other systems say that they do not know: the beginnings and ends of their calendars.
_SENTINELS = """
    0001-01-01 0001-01-02 0001-01-03 1111-11-11 1582-10-15 1601-01-01 1753-01-01 1800-01-01 1858-11-17 1899-12-30
    1899-12-31 1900-01-01 1900-01-02 1901-01-01 1904-01-01 2078-12-31 2079-06-06 2099-12-31 2100-01-01 2199-12-31
    2299-12-31 2500-12-31 2999-12-31 3000-01-01 3000-12-31 4712-12-31 8888-12-31 9998-12-31 9999-01-01 9999-12-31
"""
SENTINEL_DAYS = frozenset(_SENTINELS.split())
UNKNOWN_DAY = "This is how another system says that it does not know the day. Leave the cell empty, if so."
FAR_DAY = "This day lies more than a lifetime away. Look whether it is meant."
FIRST_YEAR, LAST_YEAR = "1900", "2100"


def doubt_about_day(value: str) -> str | None:
    if value in SENTINEL_DAYS:
        return UNKNOWN_DAY
    return None if FIRST_YEAR <= value[:4] < LAST_YEAR else FAR_DAY


def doubt_about_text(value: str, *, names_records: bool) -> str | None:
    """Say what is doubtful in a text; one that ``names_records`` is an id or refers to one."""
    if hidden := unwanted_in(value, lines=True) or _joiner_in(value):
        return f"This holds the hidden character {code_of(hidden)}. Take it out, if it came by pasting."
    if value != value.strip():
        return SPACES
    if value in MARKERS:
        return NO_VALUE
    return SHORTENED if names_records and _SHORTENED.fullmatch(value) else None


def doubt_about_number(value: str) -> str | None:
    return SHORTENED if _SHORTENED.fullmatch(value) else None


def _joiner_in(value: str) -> str:
    """Return a joiner or soft hyphen in a text whose letters need none."""
    found = next((each for each in value if each in HARMLESS), "")
    return found if found and all(each.isascii() for each in value if each not in HARMLESS) else ""


def explained(value: str, reason: str, kind: Kind, *, is_right: Callable[[str], bool]) -> str:
    """Return why a value is refused: its kind of mistake, if that is known, else the plain reason."""
    plain = "".join(each for each in value if each.isprintable()).strip()
    if plain != value and is_right(plain):
        return AROUND
    if plain in MARKERS:
        return NO_VALUE
    if plain and not plain.strip("#"):
        return TOO_NARROW
    return next((said for wrong, said in _BY_KIND.get(kind, ()) if wrong(plain)), reason)


def meant_code(value: str, codes: tuple[str, ...]) -> str | None:
    """Return the code that a value becomes when it is written as codes are."""
    written = re.sub(r"[^a-z0-9]+", "_", value.strip().lower()).strip("_")
    return written if written in codes else None


_NOT_LOCAL = (
    "A date is written year-month-day, like 2007-02-28, and not day/month/year."
    " Format the column as yyyy-mm-dd before saving it as CSV."
)
_NOT_A_NUMBER = (
    "A date is written like 2007-02-28; this is a spreadsheet's number of a day."
    " Format the column as yyyy-mm-dd before saving it as CSV."
)
_NOT_YES = "This is true or false, in small letters; not yes or no, nor 1 or 0."
_BY_KIND: dict[Kind, tuple[tuple[Callable[[str], object], str], ...]] = {
    Kind.DAY: (
        (_LOCAL_DAY.fullmatch, _NOT_LOCAL),
        (_DAY_AND_TIME.fullmatch, "A date has no time of day: write it like 2007-02-28."),
        (_DAY_NUMBER.fullmatch, _NOT_A_NUMBER),
    ),
    Kind.BOOLEAN: ((lambda value: value.lower() in {"yes", "no", "y", "n", "1", "0", "t", "f"}, _NOT_YES),),
    Kind.INTEGER: (
        (_WITH_NO_DECIMALS.fullmatch, "This is a whole number: write it without decimals, like 3."),
        (_SHORTENED.fullmatch, SHORTENED),
        (_THOUSANDS.fullmatch, "Write the number without commas between the thousands, like 1234."),
    ),
    Kind.NUMBER: (
        (lambda value: value.strip("£$€") != value, "Write the sum without a currency sign, like 1234.50."),
        (lambda value: value.endswith("%"), "Write the number without the sign for per cent."),
        (_IN_BRACKETS.fullmatch, "Write a sum below zero with a minus, like -500.00, and not in brackets."),
        (_THOUSANDS.fullmatch, "Write the number without commas between the thousands, like 1234.50."),
        (_DECIMAL_COMMA.fullmatch, "Write a point and not a comma before the decimals, like 12.50."),
    ),
}
