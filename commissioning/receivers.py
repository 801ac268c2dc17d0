"""What this app does when a package was loaded or taken back, and each hour (partners.signals)."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from commissioning.services.ledger import TABLES, follow_records
from partners.signals import daily_upkeep, package_loaded

MOVED_WITH = {"contracts": ("expenditure",)}  # payments are out of the stream of their contract


@receiver(package_loaded)
def on_package_loaded(*, tables: Iterable[str], **_: Any) -> None:
    """Bring the books to what the package brought, changed or, undone, took away again."""
    named = set(tables)
    moved = {also for table in named for also in MOVED_WITH.get(table, ())}
    follow_records((named | moved) & set(TABLES), by=None)


@receiver(daily_upkeep)
def on_daily_upkeep(**_: Any) -> None:
    """Post what was written past the forms and packages, and what was there before there were books."""
    follow_records(TABLES, by=None)
