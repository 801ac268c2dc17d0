"""What is acceptable in any text, whoever sends it: a partner's system or a person at a form.

A package is read as it comes (exchange README: "Values are kept as they are"); only what is typed or posted is judged.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

LINE_BREAKS = frozenset("\t\n\r")
# Joiners spell words in several scripts, and the soft hyphen comes with every text from a word processor.
HARMLESS = frozenset("\u200c\u200d\u00ad")
# A plain address: no name, brackets, "mailto:" or punctuation from around the place it was copied from.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+")
# Outward and inward part; GIR 0AA is the one odd one.
POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})", re.ASCII)
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_SEPARATORS = frozenset({"Zl", "Zp"})


def as_postcode(text: str) -> str:
    """Return a postcode as it is kept, in capitals with one space; raise ValidationError for what is none."""
    compact = re.sub(r"\s", "", text).upper()
    if not compact:
        return ""
    parts = POSTCODE.fullmatch(compact)
    if parts is None:
        raise ValidationError("Enter a full UK postcode, like LE5 3GH.", code="postcode")
    return f"{parts[1]} {parts[2]}"


def unwanted_in(text: str, *, lines: bool = False) -> str:
    """Return the first character that no name or note needs, or an empty text.

    Control characters garble what is printed and exported; marks that turn the direction of writing make one name look
    like another; invisible ones defeat search and matching; halves of characters can't be stored. ``lines`` allows
    what makes lines and columns.
    """
    if text.isascii() and text.isprintable():
        return ""
    return next((each for each in text if _is_unwanted(each, lines=lines)), "")


def refuse_unwanted(text: str, *, lines: bool = False) -> None:
    if found := unwanted_in(text, lines=lines):
        raise ValidationError(
            f"Take out the hidden character {code_of(found)}: it may have come along when the text was pasted.",
            code="hidden_character",
        )


def code_of(character: str) -> str:
    return f"U+{ord(character):04X}"


def _is_unwanted(character: str, *, lines: bool) -> bool:
    if character.isprintable() or character in HARMLESS:
        return False
    if lines and character in LINE_BREAKS:
        return False
    category = unicodedata.category(character)
    if category in _SEPARATORS:
        return not lines
    return category in _HIDDEN or _is_no_character(ord(character))


def _is_no_character(code: int) -> bool:
    """Tell whether Unicode keeps a code out of all texts for ever."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
