from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.errors import CaseloadError
from reporting.services.demonstration import load_demonstration


class Command(BaseCommand):
    help = "Makes the demonstration consortia with their invented people, once; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_demonstration(today=timezone.localdate())
        except CaseloadError as refusal:
            raise CommandError(refusal.message) from refusal
        for consortium in made:
            self.stdout.write(f"Made the demonstration consortium {consortium.slug}: {consortium.name}.")
        if not made:
            self.stdout.write("The demonstration is there already.")
