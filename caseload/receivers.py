"""What this app does when the day turns and when a package was loaded (partners.signals)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from caseload.services.restricting import refuse_to_leave_unread
from caseload.services.upkeep import follow_package, let_a_day_pass, summarise_later, summarise_now
from partners.models import StaffMember
from partners.signals import daily_upkeep, package_loaded, package_loading, person_changing

MANY_ROWS = 10_000
FOLLOWED = {"organisations", "staff", "clients", "consents", "referrals", "client_restrictions", "restriction_readers"}


@receiver(daily_upkeep)
def on_daily_upkeep(*, today: date, **_: Any) -> None:
    let_a_day_pass(today=today)


@receiver(person_changing)
def on_person_changing(*, person: StaffMember, role: str | None, **_: Any) -> None:
    refuse_to_leave_unread(person, role=role)


@receiver(package_loading)
def on_package_loading(*, rows: int, **_: Any) -> None:
    if rows >= MANY_ROWS:
        summarise_later()


@receiver(package_loaded)
def on_package_loaded(*, tables: Iterable[str], **_: Any) -> None:
    summarise_now()
    if FOLLOWED & set(tables):
        follow_package(today=timezone.localdate())
