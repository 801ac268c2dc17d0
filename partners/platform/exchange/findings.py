"""What is wrong and what is doubtful in a package: every row of it, kept in the database, told as a file and in groups.

While rows are being copied the connection is busy, so findings of the reading phase wait in a spool file.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from django.db import connection

from partners.platform.exchange.writing import line

MOST_SHOWN = 300
ROWS_OF_GROUP = 5
MOST_GROUPS = 500
HEADINGS = ("file", "line", "column", "value", "reason", "kind")
REFUSED, WARNING = "refused", "warning"


@dataclass(frozen=True)
class Finding:
    file: str
    line: int | None
    column: str
    value: str
    reason: str
    is_warning: bool = False

    def cells(self) -> list[str]:
        line = "" if self.line is None else str(self.line)
        return [self.file, line, self.column, self.value, self.reason, WARNING if self.is_warning else REFUSED]

    def sentence(self) -> str:
        place = ":".join(part for part in (self.file, "" if self.line is None else str(self.line)) if part)
        where = f" {self.column}" if self.column else ""
        value = f" {self.value!r}" if self.value else ""
        return f"{place}:{where}{value}{':' if where or value else ''} {self.reason}"


@dataclass
class Group:
    """Equal findings: how many, and the first rows."""

    file: str
    column: str
    reason: str
    is_warning: bool
    count: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Summary:
    refusals: int = 0
    warnings: int = 0
    groups: dict[tuple[str, str, str, bool], Group] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        if finding.is_warning:
            self.warnings += 1
        else:
            self.refusals += 1
        key = (finding.file, finding.column, finding.reason, finding.is_warning)
        if key not in self.groups:
            if len(self.groups) >= MOST_GROUPS:
                return
            self.groups[key] = Group(finding.file, finding.column, finding.reason, finding.is_warning)
        group = self.groups[key]
        group.count += 1
        if len(group.first) < ROWS_OF_GROUP:
            group.first.append({"line": finding.line, "value": finding.value[:80]})

    def as_json(self) -> list[dict[str, Any]]:
        """Return the groups, refusals first, the largest first."""
        ordered = sorted(self.groups.values(), key=lambda group: (group.is_warning, -group.count))
        return [asdict(group) for group in ordered]


def escaped(value: str) -> str:
    """Write a cell for COPY in text format."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class Findings:
    """The findings of one import, in a table of the import's own transaction."""

    def __init__(self) -> None:
        self._spool = SpooledTemporaryFile(max_size=1024 * 1024, mode="w+b")  # noqa: SIM115  lives as long as this
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.exchange_finding")
            cursor.execute(
                "CREATE TEMPORARY TABLE exchange_finding (seq bigint GENERATED ALWAYS AS IDENTITY, warning boolean,"
                " file text, line bigint, field text, value text, reason text) ON COMMIT DROP"
            )

    def add(
        self, file: str, line: int | None, column: str, value: str, reason: str, *, is_warning: bool = False
    ) -> None:
        shown = value[:MOST_SHOWN].replace("\x00", "\\0") + ("…" if len(value) > MOST_SHOWN else "")
        cells = (
            "true" if is_warning else "false",
            escaped(file.replace("\x00", "\\0")),
            "\\N" if line is None else str(line),
            *(escaped(part) for part in (column.replace("\x00", "\\0"), shown, reason)),
        )
        self._spool.write(("\t".join(cells) + "\n").encode(errors="replace"))

    def flush(self) -> None:
        """Move what waits in the spool file into the table."""
        self._spool.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                "COPY exchange_finding (warning, file, line, field, value, reason) FROM STDIN", self._spool
            )
        self._spool.seek(0)
        self._spool.truncate()

    def find(self, select: str) -> None:
        """Add what a SELECT of (warning, file, line, field, value, reason) yields."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_finding (warning, file, line, field, value, reason)"
                f" SELECT warning, file, line, field, left(value, {MOST_SHOWN}), reason"
                f" FROM ({select}) AS found (warning, file, line, field, value, reason)"
            )

    def has_refusals(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM exchange_finding WHERE NOT warning)")
            return bool(cursor.fetchone()[0])

    def __iter__(self) -> Iterator[Finding]:
        """Yield every finding: refusals first, then by file and line."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT file, line, field, value, reason, warning FROM exchange_finding"
                " ORDER BY warning, file, line NULLS FIRST, seq"
            )
            for file, line, column, value, reason, warning in cursor:
                yield Finding(file, line, column, value or "", reason, warning)

    def close(self) -> None:
        self._spool.close()


def write_report(findings: Iterator[Finding], path: Path) -> Summary:
    """Write all findings as CSV, safe to open in a spreadsheet, and return their counts and groups."""
    summary = Summary()
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(line(HEADINGS))
        for finding in findings:
            summary.add(finding)
            stream.write(line([spreadsheet_safe(cell) for cell in finding.cells()]))
    return summary


def append_to_report(finding: Finding, path: Path, summary: Summary) -> None:
    summary.add(finding)
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write(line([spreadsheet_safe(cell) for cell in finding.cells()]))


def spreadsheet_safe(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula; plain negative numbers stay as they are."""
    if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not cell[1:].replace(".", "", 1).isdecimal():
        return f"'{cell}"
    return cell
