"""Load an exchange package (contract COMMANDS.md)."""

import csv
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.management.consortia import consortium_named
from partners.platform.exchange.findings import HEADINGS, WARNING, Finding
from partners.platform.exchange.importing import Outcome
from partners.platform.exchange.runs import load_package
from partners.platform.tenancy.scope import in_consortium


class Command(BaseCommand):
    help = "Loads an exchange package, a folder or a zip of CSV files, into a consortium: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--consortium", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="check only; change nothing")
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help="write every refusal and warning here")

    def handle(self, *args: Any, path: Path, consortium: str, dry_run: bool, **options: Any) -> None:
        wanted: Path | None = options["report"]
        if wanted is not None and not wanted.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {wanted.parent} to write the report in.", returncode=2)
        consortium_id = consortium_named(consortium).pk
        with tempfile.TemporaryDirectory() as folder:
            report = wanted or Path(folder, "report.csv")
            try:
                with in_consortium(consortium_id):
                    outcome = load_package(path, report=report, dry_run=dry_run)
            except OSError as error:
                raise CommandError(f"The report cannot be written: {error.strerror}.", returncode=2) from None
            self.tell_findings(report)
            self.tell_outcome(outcome, dry_run=dry_run)
        if outcome.is_refused:
            raise CommandError(
                f"Refused: {outcome.summary.refusals} wrong, {outcome.summary.warnings} doubtful. Nothing was changed."
            )

    def tell_findings(self, report: Path) -> None:
        """Print every finding on standard error, refusals first."""
        with report.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, HEADINGS):
                if row["kind"] == "kind":
                    continue
                line = int(row["line"]) if row["line"] else None
                warns = row["kind"] == WARNING
                finding = Finding(row["file"], line, row["column"], row["value"], row["reason"], is_warning=warns)
                self.stderr.write(f"{'Warning: ' if warns else ''}{finding.sentence()}", self.style.WARNING)

    def tell_outcome(self, outcome: Outcome, *, dry_run: bool) -> None:
        summary = outcome.summary
        if outcome.is_refused:
            return
        self.stdout.write(f"{'table':<22}{'new':>10}{'changed':>10}{'same':>10}")
        for table, count in outcome.counts.items():
            self.stdout.write(f"{table:<22}{count['new']:>10}{count['changed']:>10}{count['same']:>10}")
        self.stdout.write(f"Warnings: {summary.warnings}")
        if outcome.changes_nothing:
            self.stdout.write("Nothing changes: the consortium holds all of this already.")
        elif dry_run:
            self.stdout.write("Only tried: nothing was changed.")
