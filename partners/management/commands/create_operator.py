import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from partners.management.base import OperatorCommand
from partners.services.operators import create_operator


class Command(OperatorCommand):
    help = (
        "Makes the sign-in of whoever runs this installation: it makes consortia and invites their administrators."
        " Asks for its password, or reads it as one line from standard input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="E-MAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        made = create_operator(email=options["email"], password=_ask())
        self.stdout.write(f"{made.email} signs in as operator now.")


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise CommandError("The two passwords differ. Nothing was made.")
    return password
