from typing import Any

from partners.management.base import OperatorCommand
from reporting.services.demonstration import PASSWORD, demonstration_sign_ins


class Command(OperatorCommand):
    help = "Prints who can sign in to the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [(one.role, one.name, one.email, PASSWORD, one.consortium) for one in demonstration_sign_ins()]
        if not rows:
            self.stdout.write("No demonstration is loaded; load_demonstration makes it.")
            return
        table = [("Role", "Name", "E-mail", "Password", "Consortium"), *rows]
        widths = [max(len(row[column]) for row in table) for column in range(5)]
        for row in table:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
