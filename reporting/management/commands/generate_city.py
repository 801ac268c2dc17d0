from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from partners.management.arguments import day
from partners.management.base import OperatorCommand
from reporting.services.city import generate_city


def at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text} is not a whole number of 1 or more")
    return int(text)


class Command(OperatorCommand):
    help = "Writes a synthetic exchange package whose margins follow a pack's published figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a new folder, or a new file that ends in .zip")
        parser.add_argument("--pack", required=True, metavar="NAME")
        parser.add_argument("--clients", required=True, type=at_least_one, metavar="N")
        parser.add_argument("--quarters", required=True, type=at_least_one, metavar="Q")
        parser.add_argument("--seed", required=True, type=int, metavar="S")
        parser.add_argument(
            "--until",
            type=day,
            metavar="DAY",
            help="end on this day, in its quarter; otherwise the quarters begin with the programme",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {name: options[name] for name in ("pack", "clients", "quarters", "seed", "until")}
        try:
            counts = generate_city(options["path"], **wanted)
        except OSError as problem:
            raise CommandError(f"{options['path']} cannot be written: {problem.strerror}.") from problem
        for table, rows in counts.items():
            self.stdout.write(f"{table}: {rows}")
        self.stdout.write(f"Wrote {sum(counts.values())} rows to {options['path']}.")
