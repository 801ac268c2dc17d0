"""Which months of a contract's profile are closed: of a signed claim or return, or with spend that was checked.

A figure that somebody signed stands against the profile of its day; a variation that changed it afterwards would change
what was signed (COM-09, COM-12).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from commissioning.models import Contract, MonthsClosed
from partners.platform.dates import long_date


@dataclass(frozen=True)
class Closed:
    """The last closed day of a contract and why; None: every month is open."""

    until: date | None = None
    reason: str = ""

    def holds(self, month: date) -> bool:
        """Tell whether a month, named by its first day, is closed."""
        return self.until is not None and month <= self.until

    def __str__(self) -> str:
        return f"Closed until {long_date(self.until)}: {self.reason}." if self.until else ""


def closed_months(contract: Contract) -> Closed:
    """Return up to which day the profile of a contract stands: one query."""
    about = Q(contract=contract.pk) | Q(contract__isnull=True, funding_stream=contract.funding_stream_id)
    about |= Q(contract__isnull=True, funding_stream__isnull=True)
    last = MonthsClosed.objects.filter(about).order_by("-until", "pk").first()
    return Closed(last.until, last.reason) if last else Closed()


def close_months(
    *, until: date, origin: str, reason: str, contracts: Collection[int] = (), streams: Collection[int] = ()
) -> None:
    """Close months of some contracts, of all of some streams, or, of neither, of every contract; what is closed stays.

    ``origin`` names what closes them; it does so once. The contracts are locked, so that a variation approved at the
    same moment is before it or sees it.
    """
    touched: Any = Contract.objects.order_by("pk")
    if contracts or streams:
        touched = touched.filter(Q(pk__in=contracts) | Q(funding_stream__in=streams))
    list(touched.select_for_update(no_key=True).values_list("pk"))
    rows = [MonthsClosed(contract_id=each) for each in contracts]
    rows += [MonthsClosed(funding_stream_id=each) for each in streams]
    rows = rows or [MonthsClosed()]
    for row in rows:
        row.until, row.origin, row.reason = until, origin, reason
    MonthsClosed.objects.bulk_create(rows, ignore_conflicts=True)


def open_months(*, beginning: str, but: Collection[str]) -> None:
    """Open what was closed by something that is not there any more, as a claim whose package was taken back."""
    MonthsClosed.objects.filter(origin__startswith=beginning).exclude(origin__in=but).delete()
