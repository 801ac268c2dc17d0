"""Write an exchange package (contract COMMANDS.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from partners.management.base import OperatorCommand
from partners.management.consortia import consortium_named
from partners.platform.exchange.runs import write_package


class Command(OperatorCommand):
    help = "Writes all records of a consortium as an exchange package: a folder, or a zip if the path ends in .zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--consortium", required=True, metavar="SLUG")

    def handle(self, *args: Any, path: Path, consortium: str, **options: Any) -> None:
        counts = write_package(path, consortium_id=consortium_named(consortium).pk)
        for table, rows in counts.items():
            self.stdout.write(f"{table:<22}{rows:>10}")
