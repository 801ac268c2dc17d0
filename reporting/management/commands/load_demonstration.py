from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.utils import timezone

from partners.management.base import OperatorCommand
from reporting.services.demonstration import load_demonstration


class Command(OperatorCommand):
    help = "Makes the demonstration consortia with their invented people, once; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--then-sign-ins",
            action="store_true",
            help="Print only who can sign in, when it is there.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_demonstration(today=timezone.localdate())
        if options["then_sign_ins"]:
            call_command("demonstration_sign_ins", stdout=self.stdout)
            return
        for consortium in made:
            self.stdout.write(f"Made the demonstration consortium {consortium.slug}: {consortium.name}.")
        if not made:
            self.stdout.write("The demonstration is there already.")
