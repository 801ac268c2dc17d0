"""What this app does when the day turns (partners.signals)."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from partners.models import Consortium
from partners.signals import daily_upkeep
from reporting.services.reminders import remind


@receiver(daily_upkeep)
def on_daily_upkeep(*, consortium_id: int, today: date, **_: Any) -> None:
    remind(Consortium.objects.get(pk=consortium_id), today=today)
