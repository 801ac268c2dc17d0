"""A file of the package, streamed through the checks of its cells into a temporary table of the import.

The temporary table has no policy (COPY is refused on guarded tables) and is seen by this session only. Its columns have
their real types already: a cell that was refused is left empty there, so that the rules of rows and of several rows
still run on the rest and every wrong cell is reported once.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from partners.platform.exchange.checking import ColumnCheck
from partners.platform.exchange.columns import LONGEST_ID, Column, Kind
from partners.platform.exchange.declarations import Table
from partners.platform.exchange.findings import Findings, escaped
from partners.platform.exchange.package import Member
from partners.platform.exchange.reading import Batch, CsvFile
from partners.platform.exchange.relations import stage_name

COPY_SIZE = 1024 * 1024
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
Progress = Callable[[int], None]


@dataclass
class Header:
    """The first row: which known column stands where."""

    width: int
    columns: dict[int, Column] = field(default_factory=dict)
    nameless: list[int] = field(default_factory=list)
    misnamed: set[str] = field(default_factory=set)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns.values())

    @property
    def id_position(self) -> int | None:
        return next((position for position, column in self.columns.items() if column.name == "id"), None)


@dataclass
class Staging:
    """One table's way from file to temporary table."""

    table: Table
    member: Member
    findings: Findings
    progress: Progress
    rows: int = 0

    def report(self, line: int, column: str, value: str, reason: str, *, is_warning: bool = False) -> None:
        self.findings.add(self.table.file, line, column, value, reason, is_warning=is_warning)

    def run(self) -> Header | None:
        """Stage the file and return its header; None when its rows could not be known by an id."""
        with self.member.open() as stream:
            file = CsvFile(stream, self.report)
            batches = file.batches()
            first = next(batches)
            if not first.rows:
                if not file.bytes_read:
                    self.report(1, "", "", "The file is empty; its first row names the columns.")
                return None
            names, line = first.rows.pop(0), first.lines.pop(0)
            if separated := self.why_not_commas(names):
                self.report(line, "", ",".join(names), separated)
                return None
            header = self.read_header(names, line)
            chunks = self.chunks(header, first, batches, file)
            if header.id_position is None:
                self.report(1, "id", "", "The column id is missing, so the rows cannot be told apart.")
                for _ in chunks:
                    pass
                return None
            self.create(header)
            with connection.cursor() as cursor:
                cursor.copy_expert(
                    f"COPY {stage_name(self.table)} FROM STDIN WITH (NULL '')", ChunkReader(chunks), COPY_SIZE
                )
        return header

    def read_header(self, names: list[str], line: int) -> Header:
        header = Header(len(names))
        for position, name in enumerate(names):
            column = self.table.by_name.get(name)
            meant = self.column_meant(name)
            if not name.strip():
                header.nameless.append(position)
            elif column is not None and name in header.names:
                self.report(line, name, "", "This column stands twice in the header.")
            elif column is not None:
                header.columns[position] = column.in_hand()
            elif meant:
                header.misnamed.add(meant)
                self.report(line, name, name, f"Unknown column. Was {meant} meant?")
            else:
                self.report(line, name, name, f"Unknown column; {self.table.name} has no such column.")
        return header

    def column_meant(self, name: str) -> str | None:
        """Return the column that a name becomes when it is written as columns are."""
        shown = "".join(each for each in name if each.isprintable())
        written = re.sub(r"[^a-z0-9]+", "_", shown.lower()).strip("_")
        return written if written in self.table.by_name else None

    def why_not_commas(self, names: list[str]) -> str | None:
        """Say that a first row is separated by something else, or is no row of names at all."""
        whole = ",".join(names)
        if whole.lower().startswith("sep="):
            return f"The first line says {whole[:5]}, a note to Excel. Delete it: the first line names the columns."
        known = sum(1 for name in names if self.column_meant(name))
        for separator, called in SEPARATORS.items():
            if sum(1 for name in whole.split(separator) if self.column_meant(name)) > known:
                said = f"This file is separated by {called}, and the package needs commas."
                return f"{said} In Excel save it as CSV UTF-8 (comma delimited)."
        return None

    def create(self, header: Header) -> None:
        columns = ["line bigint", "whole boolean"]
        for column in header.columns.values():
            columns.append(f'"{column.name}" {column.sql_type}')
            if column.sealed:
                columns.append(f'"{column.name}_index" text')
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{stage_name(self.table)}")
            cursor.execute(f"CREATE TEMPORARY TABLE {stage_name(self.table)} ({', '.join(columns)}) ON COMMIT DROP")

    def chunks(self, header: Header, first: Batch, others: Iterator[Batch], file: CsvFile) -> Iterator[bytes]:
        checks = {position: ColumnCheck(column) for position, column in header.columns.items()}
        yield self.chunk(header, first, checks)
        for batch in others:
            yield self.chunk(header, batch, checks)
            self.progress(file.bytes_read)

    def chunk(self, header: Header, batch: Batch, checks: dict[int, ColumnCheck]) -> bytes:
        """Check a batch and write it for COPY; a row of another width keeps its id only, so references still hold."""
        self.rows += len(batch.rows)
        broken = b""
        if any(len(row) != header.width for row in batch.rows):
            broken = self.set_aside(header, batch)
        for position in header.nameless:
            self.refuse_nameless(position, batch)
        if not batch.rows:
            return broken
        columns = list(zip(*batch.rows, strict=True))
        written: list[Sequence[str]] = [list(map(str, batch.lines)), ["t"] * len(batch.lines)]
        for position, check in checks.items():
            values = self.checked(columns[position], check, batch)
            written += self.written(check.column, values)
        return "".join(["\t".join(cells) + "\n" for cells in zip(*written, strict=True)]).encode() + broken

    def checked(self, values: Sequence[str], check: ColumnCheck, batch: Batch) -> Sequence[str]:
        refused, doubtful = check.findings(values, has_nul=batch.has_nul)
        if not refused and not doubtful:
            return values
        name, hidden = check.column.name, check.column.sealed is not None
        for line, value in zip(batch.lines, values, strict=True):
            if value in refused:
                self.report(line, name, value, refused[value])
            elif value in doubtful:
                self.report(line, name, "(hidden)" if hidden else value, doubtful[value], is_warning=True)
        return ["" if value in refused else value for value in values] if refused else values

    def written(self, column: Column, values: Sequence[str]) -> list[Sequence[str]]:
        if column.sealed:
            sealed = [column.seal(value) if value else (b"", "") for value in values]
            return [[f"\\\\x{secret.hex()}" if secret else "" for secret, _ in sealed], [index for _, index in sealed]]
        if column.kind in {Kind.TEXT, Kind.REFERENCE}:
            together = "".join(values)
            if "\\" in together or "\t" in together or "\n" in together or "\r" in together:
                return [[escaped(value) for value in values]]
        return [values]

    def refuse_nameless(self, position: int, batch: Batch) -> None:
        """A column without a name and without values is none; a value in it belongs nowhere."""
        for line, row in zip(batch.lines, batch.rows, strict=True):
            if row[position].strip():
                self.report(line, "", row[position], f"{place_of(position)} has no name in the first row. Name it.")

    def set_aside(self, header: Header, batch: Batch) -> bytes:
        lines, rows, broken = [], [], []
        for line, uneven in zip(batch.lines, batch.rows, strict=True):
            row = evened(uneven, header)
            if len(row) == header.width:
                lines.append(line)
                rows.append(row)
                continue
            self.report(line, "", "", f"This row has {len(row)} values; the header has {header.width} columns.")
            position = header.id_position
            if position is not None and position < len(row):
                broken.append(self.only_id(header, line, row[position]))
        batch.lines, batch.rows = lines, rows
        return "".join(broken).encode()

    def only_id(self, header: Header, line: int, value: str) -> str:
        kept = "" if "\x00" in value or len(value) > LONGEST_ID else escaped(value)
        cells = [str(line), "f"]
        for column in header.columns.values():
            cells.append(kept if column.name == "id" else "")
            if column.sealed:
                cells.append("")
        return "\t".join(cells) + "\n"


def evened(row: list[str], header: Header) -> list[str]:
    """Give a row the header's width, where that takes and adds nothing but empty cells without a name."""
    if len(row) > header.width and not any(row[header.width :]):
        return row[: header.width]
    missing = range(len(row), header.width)
    return [*row, *([""] * len(missing))] if missing and all(each in header.nameless for each in missing) else row


def place_of(position: int) -> str:
    """Name a column as a spreadsheet does: position 9 is ``Column J (number 10)``."""
    letters, rest = "", position
    while rest >= 0:
        letters, rest = chr(ord("A") + rest % 26) + letters, rest // 26 - 1
    return f"Column {letters} (number {position + 1})"


class ChunkReader:
    """Chunks of bytes as the file that COPY reads from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = chunk
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece
