"""What this app does when the day turns."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from partners.services.exchange import clear_old_files
from partners.signals import daily_upkeep


@receiver(daily_upkeep)
def on_daily_upkeep(*, today: date, **_: Any) -> None:
    clear_old_files()
