"""What about a contract's money cannot be right: the warnings of an import (commissioning.exchange), on its page."""

from decimal import Decimal

from django.db.models import Count
from django.db.models.functions import Lower, Trim

from commissioning.models import Contract
from commissioning.queries.contracts import Money
from partners.platform.frame.tags import money

A_POUND = Decimal(1)  # months of a profile are rounded


def doubts_of(contract: Contract, spend: Money) -> list[str]:
    """Return a sentence for each kind of doubt about the spend and the profile of a contract: two queries."""
    invoices = contract.expenditure.exclude(invoice_ref="").annotate(invoice=Lower(Trim("invoice_ref")))
    again = invoices.values("invoice", "amount").annotate(number=Count("pk")).filter(number__gt=1).order_by("invoice")
    months = contract.profiles.values("month", "kind", "indicator").annotate(number=Count("pk")).filter(number__gt=1)
    said = (
        (spend.outside, f"{_rows(spend.outside)} of spend on days the contract does not run."),
        (spend.eligible > contract.value, f"Spend of {money(spend.eligible)} is more than the contract is worth."),
        (
            spend.planned >= contract.value + A_POUND,
            f"The profile plans {money(spend.planned)}, more than the contract is worth.",
        ),
        (spend.early, f"{_rows(spend.early)} of spend paid before the day it was incurred."),
        (spend.fractions, f"{_rows(spend.fractions)} of spend with fractions of a penny."),
    )
    doubts = [sentence for holds, sentence in said if holds]
    doubts += [f"Invoice {each['invoice']}, {money(each['amount'])}, {each['number']} times." for each in again[:10]]
    doubts += [f"{each['month']:%b %Y} is planned {each['number']} times." for each in months.order_by("month")[:10]]
    return doubts


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"
