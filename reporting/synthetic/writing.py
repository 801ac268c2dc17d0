"""Writes an exchange package row by row: a folder of CSV files, or a zip of them with the same bytes every time."""

import csv
import shutil
import zipfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

from partners.errors import CaseloadError
from reporting.synthetic.tables import COLUMNS

# Zip members carry a time; this one stands for none.
NO_TIME = (1980, 1, 1, 0, 0, 0)


class PlaceTaken(CaseloadError):
    code = "place_taken"

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is something at {path} already. Name a new folder or zip file.")


class PackageWriter:
    """A package being written beside its place and moved there when whole, so that no half of one is ever seen.

    ``add`` numbers the rows of a table: the third employer is ``employer-000003`` in every package.
    """

    def __init__(self, path: Path) -> None:
        if path.is_dir() and any(path.iterdir()):
            raise PlaceTaken(path)
        if path.is_file() and path.stat().st_size:
            raise PlaceTaken(path)
        self.path = path
        self.counts = dict.fromkeys(COLUMNS, 0)
        self._stack = ExitStack()
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(mkdtemp(prefix=f".{self.path.name}-", dir=self.path.parent))
        for table, columns in COLUMNS.items():
            stream = self._stack.enter_context(
                (self._folder / f"{table}.csv").open("w", encoding="utf-8", newline="", buffering=1 << 18)
            )
            self._writers[table] = csv.writer(stream, lineterminator="\n")
            self._writers[table].writerow(columns)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        try:
            if kind is None:
                self._finish()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, table: str, *cells: Any, id: str | None = None) -> str:  # noqa: A002  the column's name
        """Write a row, the id first, and return its id."""
        self.counts[table] += 1
        key = id or f"{PREFIXES[table]}-{self.counts[table]:06}"
        self._writers[table].writerow((key, *map(_cell, cells)))
        return key

    def _finish(self) -> None:
        if self.path.suffix.lower() == ".zip":
            packed = self._folder / "package.zip"
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
                for table in COLUMNS:
                    member = zipfile.ZipInfo(f"{table}.csv", NO_TIME)
                    member.compress_type = zipfile.ZIP_DEFLATED
                    member.external_attr = 0o644 << 16
                    with (self._folder / f"{table}.csv").open("rb") as source, archive.open(member, "w") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
            packed.replace(self.path)
        else:
            if self.path.is_dir():
                self.path.rmdir()
            self._folder.chmod(0o755)
            self._folder.replace(self.path)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return value


PREFIXES = {
    "organisations": "org",
    "staff": "staff",
    "centres": "centre",
    "funding_streams": "stream",
    "contributions": "contribution",
    "contracts": "contract",
    "contract_profiles": "profile",
    "expenditure": "spend",
    "services": "service",
    "clients": "client",
    "client_addresses": "address",
    "client_circumstances": "spell",
    "consents": "consent",
    "referrals": "referral",
    "enrolments": "enrolment",
    "stage_events": "stage",
    "activities": "activity",
    "assessments": "assessment",
    "plan_actions": "action",
    "qualifications": "qualification",
    "employers": "employer",
    "account_managers": "manager",
    "employer_agreements": "agreement",
    "employer_contacts": "contact",
    "vacancies": "vacancy",
    "placements": "placement",
    "pre_recruitment": "course",
    "jobs": "job",
    "employment_checks": "check",
    "in_work_training": "training",
    "in_work_support": "support",
    "employer_events": "event",
    "targets": "target",
    "observations": "observation",
    "milestones": "milestone",
    "risks": "risk",
}


class Calendar:
    """Days as plain numbers and back: adding is quick, and each day's text is made once."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self._texts: dict[int, str] = {}

    def text(self, day: int | None) -> str:
        if day is None:
            return ""
        text = self._texts.get(day)
        if text is None:
            text = self._texts[day] = date.fromordinal(day).isoformat()
        return text
