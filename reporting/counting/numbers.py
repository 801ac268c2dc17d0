"""How figures are rounded and written (contract KPIS.md, "Numbers"): once, from exact values, halves away from zero."""

from fractions import Fraction

from django.db.models import TextChoices


class Style(TextChoices):
    COUNT = "count", "number"
    MONEY = "money", "pounds"
    PERCENT = "percent", "per cent"
    MEAN = "mean", "mean"
    MEDIAN = "median", "days"
    AS_GIVEN = "as_given", "as given"


DIGITS: dict[str, int] = {Style.COUNT: 0, Style.MONEY: 2, Style.PERCENT: 1, Style.MEAN: 2, Style.MEDIAN: 1}


def written(value: Fraction | None, style: Style) -> str:
    """Return a figure as the return prints it; nothing where there is no figure, and never ``-0``."""
    if value is None:
        return ""
    return as_given(value) if style == Style.AS_GIVEN else rounded(value, DIGITS[style])


def rounded(value: Fraction, digits: int) -> str:
    scaled = int(abs(value) * 10**digits + Fraction(1, 2))
    text = str(scaled).rjust(digits + 1, "0")
    if digits:
        text = f"{text[:-digits]}.{text[-digits:]}"
    return f"-{text}" if value < 0 and scaled else text


def as_given(value: Fraction) -> str:
    """Write a decimal exactly, without trailing zeros."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return rounded(value, digits)
