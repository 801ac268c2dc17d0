"""Django's command, with migrations that protect tenant tables by themselves."""

from typing import Any

from django.core.management.commands import migrate

from partners.platform.tenancy.detecting import WalledAutodetector
from partners.platform.tenancy.rendering import fewer_models_drawn


class Command(migrate.Command):
    autodetector = WalledAutodetector

    def handle(self, *args: Any, **options: Any) -> None:
        with fewer_models_drawn():
            super().handle(*args, **options)
