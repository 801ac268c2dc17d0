"""CSV as the contract has it (exchange/README.md): UTF-8, comma, double quotes as RFC 4180, LF or CRLF, as a stream."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

MOST_ROWS = 2000
MOST_CHARACTERS = 1_000_000
# A cell may hold 10,000 characters. One may be longer and is then refused as too long; one this long is a quote
# that was opened and never closed.
LONGEST_CELL = 1_000_000
LONGEST_LINE = 16 * 1024 * 1024

UTF_16 = "This file is UTF-16, which Excel calls Unicode Text; nothing of it was read. Save it as CSV UTF-8."

Report = Callable[[int, str, str, str], None]


@dataclass
class Batch:
    """Some rows of a file, each with the line on which it starts (the header is line 1)."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    has_nul: bool = False


class CsvFile:
    """One CSV file, read once; what cannot be read is told to ``report(line, column, value, why)``."""

    def __init__(self, stream: IO[bytes], report: Report) -> None:
        self.stream = stream
        self.report = report
        self.line = 0
        self.bytes_read = 0
        self._characters = 0
        self._has_nul = False
        self._ended_early = False
        csv.field_size_limit(LONGEST_CELL)

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, the header among them, in batches of bounded size.

        Empty lines are no rows, nor are those whose cells are all empty, as spreadsheets leave them behind.
        """
        batch = Batch()
        self._characters = 0
        for line, row in self._rows():
            batch.lines.append(line)
            batch.rows.append(row)
            if len(batch.rows) == MOST_ROWS or self._characters > MOST_CHARACTERS:
                batch.has_nul, self._has_nul, self._characters = self._has_nul, False, 0
                yield batch
                batch = Batch()
        batch.has_nul = self._has_nul
        yield batch

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        lines = self._lines()
        while not self._ended_early:
            start = self.line + 1
            try:
                for row in csv.reader(lines, strict=True):
                    if row and (row[0] or any(row)):
                        yield start, row
                    start = self.line + 1
            except csv.Error as error:
                self._refuse_row(start, str(error))
            else:
                return

    def _refuse_row(self, start: int, error: str) -> None:
        if "field larger" in error or "unexpected end of data" in error:
            self.report(
                start, "", "", "A double quote is opened in this row and never closed; nothing after it was read."
            )
            self._ended_early = True
        elif "new-line character" in error:
            self.report(start, "", "", "A carriage return stands alone; lines end with LF or CRLF.")
        else:
            self.report(start, "", "", "After a closing double quote only a comma or the end of the line may follow.")

    def _lines(self) -> Iterator[str]:
        readline = self.stream.readline
        while raw := readline(LONGEST_LINE):
            self.line += 1
            self.bytes_read += len(raw)
            if self.line == 1:
                if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                    self._stop(UTF_16)
                    return
                raw = raw.removeprefix(b"\xef\xbb\xbf")
                if raw[1:2] == b"\x00" or raw[:1] == b"\x00":
                    self._stop(UTF_16)
                    return
            if len(raw) >= LONGEST_LINE and not raw.endswith(b"\n"):
                self._stop("This line is longer than any row can be; nothing after it was read.")
                return
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                self._refuse_encoding(raw, error)
                text = raw.decode(errors="replace")
            self._characters += len(text)
            if "\x00" in text:
                self._has_nul = True
            yield text

    def _stop(self, reason: str) -> None:
        self.report(self.line, "", "", reason)
        self._ended_early = True

    def _refuse_encoding(self, raw: bytes, error: UnicodeDecodeError) -> None:
        around = raw[max(0, error.start - 20) : error.end + 20].decode(errors="backslashreplace").strip()
        self.report(
            self.line, "", around, "This is not UTF-8. Save the file as UTF-8: in Excel, CSV UTF-8 (comma delimited)."
        )
