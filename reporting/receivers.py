"""What this app does when the day turns (partners.signals)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.dispatch import receiver

from partners.models import Consortium
from partners.signals import daily_upkeep, package_loaded
from reporting.services.claims import close_claimed_months
from reporting.services.reminders import remind


@receiver(daily_upkeep)
def on_daily_upkeep(*, consortium_id: int, today: date, **_: Any) -> None:
    remind(Consortium.objects.get(pk=consortium_id), today=today)


@receiver(package_loaded)
def on_package_loaded(*, tables: Iterable[str], **_: Any) -> None:
    """Close the months of claims that a package brought, and open those of claims it took away again."""
    if {"claims", "funding_streams"} & set(tables):
        close_claimed_months()
