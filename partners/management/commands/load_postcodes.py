from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from partners.management.base import OperatorCommand
from partners.services.postcodes import LSOA_BY_CENSUS, load_postcodes


class Command(OperatorCommand):
    help = "Loads an ONS Postcode Directory (CSV), adding to and correcting what is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE", help="the directory, such as ONSPD_FEB_2024_UK.csv")
        parser.add_argument(
            "--names",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a list of ward or district names that came with it; may be given more than once",
        )
        parser.add_argument("--census", choices=LSOA_BY_CENSUS, help="whose LSOAs to use; the earliest unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        count = load_postcodes(options["path"], names=options["names"], census=options["census"])
        self.stdout.write(f"Read {count} postcodes.")
