"""Kinds of arguments that commands share."""

from argparse import ArgumentTypeError
from datetime import date

from partners.platform.forms.reading import iso_day


def day(text: str) -> date:
    if (read := iso_day(text)) is None:
        raise ArgumentTypeError(f"{text} is not a day, written like 2027-03-31")
    return read
