"""A return as a workbook: contents, a sheet for each group of lines, definitions and sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from partners.models import Consortium
from partners.platform.frame.charts import STAR
from reporting.counting.declarations import Indicator, Measured
from reporting.counting.sheet import Row
from reporting.counting.windows import Quarter
from reporting.indicators.kinds import Kind

HEADINGS = (
    "Line",
    "Title",
    "Measure",
    "Breakdown",
    "Member",
    "Area kind",
    "Area",
    "Quarter",
    "Year to date",
    "Since the start",
    "Target",
    "Forecast",
)
WIDTHS = (24, 58, 16, 16, 26, 12, 20, 14, 14, 16, 12, 12)
FIRST_NUMBER = HEADINGS.index("Quarter")
MOST_CELL = 32767
NOT_FILED = "DRAFT, computed without being filed"


@dataclass
class Workbook:
    """One return being written. ``notes`` are sentences for the contents sheet; ``stamp`` says which build this is."""

    consortium: Consortium
    kind: Kind
    quarter: Quarter
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    stamp: str = NOT_FILED
    formats: dict[str, Any] = field(default_factory=dict)

    def write(self, file: IO[bytes]) -> None:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # The day of the quarter's end instead of now: the same return gives the same bytes.
        book.set_properties(
            {
                "title": self.title,
                "created": datetime.combine(self.quarter.end, time(), tzinfo=UTC).replace(tzinfo=None),
            }
        )
        self.formats = {
            "title": book.add_format({"bold": True, "font_size": 15}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "total": book.add_format({"bold": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "link": book.add_format({"font_color": "#00666e", "underline": 1}),
        }
        groups = [(heading, sheet_name(heading)) for heading in self.kind.headings]
        self.write_contents(self.sheet(book, "Contents"), groups)
        for heading, name in groups:
            self.write_group(self.sheet(book, name), heading)
        self.write_definitions(self.sheet(book, "Definitions and sources"))
        book.close()

    def sheet(self, book: Any, name: str) -> Any:
        """Add a sheet that prints on A4 across, each page with the return's name and its stamp."""
        sheet = book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{in_header(self.consortium.name)}&R{in_header(self.title)}")
        sheet.set_footer(f"&L{in_header(self.stamp)}&RPage &P of &N")
        return sheet

    @property
    def title(self) -> str:
        return f"{self.kind.title}, {self.quarter}"

    def write_contents(self, sheet: Any, groups: list[tuple[str, str]]) -> None:
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 90)
        facts = [
            ("Consortium", self.consortium.name),
            ("State", self.stamp),
            ("Quarter", f"{self.quarter} ({self.quarter.in_words})"),
            ("Year to date", f"from {self.quarter.year_start:%-d %B %Y}"),
            ("Since the start", since(self.consortium)),
        ]
        sheet.write_string(0, 0, self.title, self.formats["title"])
        for number, (label, value) in enumerate(facts, start=2):
            sheet.write_string(number, 0, label)
            sheet.write_string(number, 1, value)
        line = len(facts) + 3
        sheet.write_string(line, 0, "Sheet", self.formats["head"])
        sheet.write_string(line, 1, "Lines", self.formats["head"])
        listed = [
            (name, ", ".join(i.code for i in self.kind.indicators if i.heading == heading)) for heading, name in groups
        ]
        for name, lines in [*listed, ("Definitions and sources", "What each line counts, and who defined it")]:
            line += 1
            sheet.write_url(line, 0, f"internal:'{name}'!A1", self.formats["link"], name)
            sheet.write_string(line, 1, lines, self.formats["wrap"])
        for note in self.notes:
            line += 1
            sheet.write_string(line + 1, 0, note)

    def write_group(self, sheet: Any, heading: str) -> None:
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 2)
        sheet.write_row(0, 0, HEADINGS, self.formats["head"])
        codes = {indicator.code for indicator in self.kind.indicators if indicator.heading == heading}
        for number, row in enumerate((row for row in self.rows if row.line in codes), start=1):
            self.write_row(sheet, number, row)

    def write_row(self, sheet: Any, number: int, row: Row) -> None:
        style = None if row.dimension else self.formats["total"]
        cells = (row.line, row.title, row.measure, row.dimension, row.member, row.area_kind, row.area)
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(number, column, text[:MOST_CELL], style)
        figures = (row.quarter, row.year, row.all, row.target, row.forecast)
        for column, text in enumerate(figures, start=FIRST_NUMBER):
            if text == STAR:
                sheet.write_string(number, column, text, style)
            elif text:
                sheet.write_number(number, column, Decimal(text), style)

    def write_definitions(self, sheet: Any) -> None:
        for column, width in enumerate((24, 44, 70, 34, 14, 44)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, ("Line", "Title", "What it counts", "Windows", "Unit", "Source"), self.formats["head"])
        for number, indicator in enumerate(self.kind.indicators, start=1):
            for column, text in enumerate(definition(indicator)):
                sheet.write_string(number, column, text, self.formats["wrap"])


def definition(indicator: Indicator) -> tuple[str, ...]:
    return (
        indicator.code,
        indicator.title,
        indicator.counts,
        Measured(indicator.measured).label,
        indicator.unit,
        indicator.source,
    )


def sheet_name(heading: str) -> str:
    """Return a heading as the name of a sheet: 31 characters, none of those a spreadsheet refuses."""
    return "".join(c for c in heading if c not in "[]:*?/\\'")[:31].strip()


def in_header(text: str) -> str:
    """Write a text for a page's header, where ``&`` begins a code and 255 characters are the most."""
    return text.replace("&", "&&")[:110]


def since(consortium: Consortium) -> str:
    start = consortium.programme_start
    return f"from {start:%-d %B %Y}" if start else "from the first record"


def write_xlsx(
    consortium: Consortium,
    kind: Kind,
    quarter: Quarter,
    rows: Sequence[Row],
    file: IO[bytes],
    *,
    notes: Sequence[str] = (),
    stamp: str = NOT_FILED,
) -> None:
    Workbook(consortium, kind, quarter, rows, notes, stamp).write(file)
