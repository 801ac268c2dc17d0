from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.errors import CaseloadError
from reporting.services.demonstration import PASSWORD, demonstration_sign_ins


class Command(BaseCommand):
    help = "Prints who can sign in to the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = [(one.role, one.name, one.email, PASSWORD, one.consortium) for one in demonstration_sign_ins()]
        except CaseloadError as refusal:
            raise CommandError(refusal.message) from refusal
        if not rows:
            self.stdout.write("No demonstration is loaded; load_demonstration makes it.")
            return
        table = [("Role", "Name", "E-mail", "Password", "Consortium"), *rows]
        widths = [max(len(row[column]) for row in table) for column in range(5)]
        for row in table:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
