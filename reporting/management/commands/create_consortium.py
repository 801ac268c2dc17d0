from argparse import ArgumentParser
from typing import Any

from partners.management.base import OperatorCommand
from reporting.services.consortia import create_consortium


class Command(OperatorCommand):
    help = "Makes a new consortium from a pack."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pack", required=True, metavar="NAME", help="leicester or blank, for example")
        parser.add_argument("--slug", help="its short name; that of the pack unless given")
        parser.add_argument("--name", help="its full name; that of the pack unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        made = create_consortium(pack=options["pack"], slug=options["slug"], name=options["name"])
        self.stdout.write(f"Made {made.slug}: {made.name} (pack {made.pack}).")
