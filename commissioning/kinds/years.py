"""A financial year as people type it: ``2007-08``, from April to March."""

from typing import Any

from commissioning.models.plan import YEAR, YEAR_WANTED
from partners.errors import CaseloadError


def a_financial_year(record: Any) -> None:
    """Refuse what is no year, and two years that do not follow each other.

    :raises CaseloadError: at the field
    """
    year = record.financial_year
    if not YEAR.fullmatch(year) or (int(year[:4]) + 1) % 100 != int(year[5:]):
        raise CaseloadError(YEAR_WANTED, field="financial_year")
