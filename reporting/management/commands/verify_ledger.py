from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from partners.management.base import OperatorCommand
from partners.management.consortia import consortium_named
from partners.platform.tenancy.scope import in_consortium
from partners.platform.trail import verifying as trail
from reporting.services.ledger import faults, whole_documents


class Command(OperatorCommand):
    help = "Checks every signed return and the audit trail against their hash chains, and names what is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        consortium = consortium_named(options["consortium"])
        with in_consortium(consortium.pk, snapshot=True):
            for line in whole_documents():
                self.stdout.write(line)
            found = [*faults(), *trail.faults()]
        if found:
            first, *others = found
            raise CommandError("\n".join([f"First broken link: {first}", *others]))
        self.stdout.write("What was signed is as it was signed, and the audit trail as it was written.")
