from argparse import ArgumentParser
from typing import Any

from commissioning.services.ledger import TABLES, follow_records
from partners.management.base import OperatorCommand
from partners.management.consortia import consortium_named
from partners.platform.tenancy.scope import in_consortium


class Command(OperatorCommand):
    help = "Posts to the books of the pots what contributions, contracts and paid spend say and the books do not yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_consortium(consortium_named(options["consortium"]).pk):
            number = follow_records(TABLES, by=None)
        self.stdout.write(f"{number:,} posting{'' if number == 1 else 's'} made. The books say what the records say.")
