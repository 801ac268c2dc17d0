"""What every command of ours has in common."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.errors import CaseloadError


class OperatorCommand(BaseCommand):
    """A command whose refusals are said on standard error, in their own words, and end it with 1."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except CaseloadError as refusal:
            raise CommandError(refusal.message) from refusal
