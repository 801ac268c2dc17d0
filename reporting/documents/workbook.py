"""A return as a workbook that can be printed and signed: contents, totals, a sheet for each heading, definitions."""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import Any

import xlsxwriter

from partners.platform.frame.charts import STAR
from reporting.counting.numbers import Style
from reporting.counting.windows import WINDOW_TITLES
from reporting.documents.around import MONEY, TEXT, Cell, Listing
from reporting.documents.content import Entry, Figure, Line, Matrix, ReportContent, Section

MOST_CELL = 32767
HEADINGS = ("Number", "Line", "Measure", *WINDOW_TITLES.values(), "Target", "What is left", "Forecast")
WIDTHS = (9, 58, 20, 15, 15, 16, 16, 34, 16)
NUMBERS = {
    Style.COUNT: "#,##0",
    Style.MONEY: "£#,##0.00",
    Style.PERCENT: "0.0%",
    Style.MEAN: "#,##0.00",
    Style.MEDIAN: "#,##0.0",
    Style.AS_GIVEN: "#,##0.####",
}
ACTIVITY = "Activity and progress"
WIDE, NARROW = 40, 16
LINE_HEIGHT = 15
LETTERS = 0.95  # of a column's width: the least that a line holds in the fonts that stand in for Calibri
ACCENT, TRACK = "#00666e", "#eef3f4"


def render_xlsx(content: ReportContent) -> bytes:
    file = io.BytesIO()
    Workbook(content, file).write()
    return file.getvalue()


@dataclass
class Workbook:
    """One document being written, row by row."""

    content: ReportContent
    file: io.BytesIO
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def write(self) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.file, {"constant_memory": True, **options})
        # The day of the quarter's end instead of now: the same return gives the same bytes.
        created = datetime.combine(self.content.quarter.end, time(), tzinfo=UTC).replace(tzinfo=None)
        self.book.set_properties({"title": self.content.title, "comments": self.content.stamp, "created": created})
        sections = list(zip(self.content.sections, sheet_names(self.content.sections), strict=True))
        self.write_contents(self.sheet("Contents"), sections)
        self.write_totals(self.sheet("Totals"))
        for section, name in sections:
            self.write_section(self.sheet(name), section)
        if self.content.around.said:
            self.write_said(self.sheet(ACTIVITY))
        for listing in self.listings:
            self.write_listing(self.sheet(listing.name), listing)
        self.write_definitions(self.sheet("Definitions and sources"))
        self.book.close()

    def sheet(self, name: str) -> Any:
        """Add a sheet that prints on A4 across, each page with the return's name, its stamp and its number."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5)
        sheet.hide_gridlines(2)
        draft = '&C&"Calibri,Bold"&14DRAFT' if self.content.is_draft else ""
        sheet.set_header(f"&L{in_header(self.content.consortium.name)}{draft}&R{in_header(self.content.title)}")
        sheet.set_footer(f"&L{in_header(self.content.stamp)}&RPage &P of &N")
        return sheet

    def style(self, **wanted: Any) -> Any:
        """Return a format of the book, made once."""
        key = tuple(sorted({"valign": "top", **wanted}.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(dict(key))
        return self._formats[key]

    @property
    def head(self) -> Any:
        return self.style(bold=True, bottom=1, text_wrap=True, bg_color=TRACK)

    def fit(self, sheet: Any, number: int, texts: Sequence[str], widths: Sequence[int]) -> None:
        """Make a row as high as its texts are in columns of these widths: not every program does so by itself."""
        lines = max((lines_of(text, width) for text, width in zip(texts, widths, strict=False)), default=1)
        if lines > 1:
            sheet.set_row(number, lines * LINE_HEIGHT)

    def heads(self, sheet: Any, texts: Sequence[str], widths: Sequence[int], first_number: int) -> None:
        """Write the headings that stay on the screen and come again on every printed page."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.fit(sheet, 0, texts, widths)
        right = self.style(bold=True, bottom=1, text_wrap=True, bg_color=TRACK, align="right")
        for column, text in enumerate(texts):
            sheet.write_string(0, column, text, right if column >= first_number else self.head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def write_contents(self, sheet: Any, sections: Sequence[tuple[Section, str]]) -> None:
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, self.content.title, self.style(bold=True, font_size=16, font_color=ACCENT))
        line = 2
        for label, value in self.content.facts:
            sheet.write_string(line, 0, label, self.style(bold=True))
            sheet.write_string(line, 1, value, self.style(text_wrap=True))
            line += 1
        sheet.write_string(line + 1, 0, "Sheet", self.head)
        sheet.write_string(line + 1, 1, "What stands there", self.head)
        line += 2
        listed = [(name, "; ".join(each.name for each in section.lines)) for section, name in sections]
        listed += [(ACTIVITY, "What is said of each objective")] if self.content.around.said else []
        listed += [(each.name, each.about) for each in self.listings]
        last = ("Definitions and sources", "What each line counts, and who defined it")
        for name, said in [("Totals", "Every line with its target, on one sheet"), *listed, last]:
            link = self.style(font_color=ACCENT, underline=1)
            self.fit(sheet, line, (name, said), (40, 100))
            sheet.write_url(line, 0, f"internal:'{name}'!A1", link, name)
            sheet.write_string(line, 1, said, self.style(text_wrap=True))
            line += 1
        for note in self.content.notes:
            line += 1
            sheet.write_string(line, 0, note)

    @property
    def listings(self) -> list[Listing]:
        around = self.content.around
        return [*([around.forecasts] if around.forecasts else []), *around.listings]

    def write_said(self, sheet: Any) -> None:
        widths = (50, 110)
        self.heads(sheet, ("Objective", "Activity and progress"), widths, first_number=2)
        for number, row in enumerate(self.content.around.said, start=1):
            self.write_texts(sheet, number, row, bold=False, widths=widths)

    def write_listing(self, sheet: Any, listing: Listing) -> None:
        """Write a list under its headings; what it is about stands in a note below."""
        widths = [WIDE if column.kind == TEXT else NARROW for column in listing.columns]
        self.heads(sheet, [column.title for column in listing.columns], widths, first_number=len(widths))
        for number, row in enumerate(listing.rows, start=1):
            self.fit(sheet, number, [cell if isinstance(cell, str) else "" for cell in row], widths)
            for place, (cell, column) in enumerate(zip(row, listing.columns, strict=True)):
                self.write_cell(sheet, (number, place), cell, column.kind)
        below = len(listing.rows) + 2
        sheet.write_string(below, 0, listing.about if listing.rows else listing.nothing, self.style(italic=True))

    def write_cell(self, sheet: Any, place: tuple[int, int], cell: Cell, kind: str) -> None:
        if isinstance(cell, str):
            sheet.write_string(*place, cell[:MOST_CELL], self.style(text_wrap=True))
        elif isinstance(cell, date):
            sheet.write_datetime(
                *place, datetime.combine(cell, time()), self.style(num_format="d mmm yyyy", align="left")
            )
        elif cell is not None:
            shape = NUMBERS[Style.MONEY] if kind == MONEY else NUMBERS[Style.AS_GIVEN]
            sheet.write_number(*place, cell, self.style(num_format=shape))

    def write_totals(self, sheet: Any) -> None:
        self.heads(sheet, HEADINGS, WIDTHS, first_number=3)
        line = 1
        for section in self.content.sections:
            sheet.write_string(line, 0, section.title, self.style(bold=True, font_size=13, font_color=ACCENT))
            line += 1
            for each in section.lines:
                line = self.write_total(sheet, line, each)

    def write_total(self, sheet: Any, number: int, line: Line) -> int:
        """Write a line's totals; what is in force is said beside each, because the columns are named after windows."""
        if not line.totals:
            elsewhere = f"On the sheet of “{line.indicator.heading}”." if line.tables or line.matrix else line.nothing
            self.write_texts(sheet, number, (line.number, line.title, ""), bold=False)
            sheet.write_string(number, 3, elsewhere, self.style(italic=True))
            return number + 1
        for entry in line.totals:
            self.write_entry(sheet, number, entry, line=line, bold=False)
            number += 1
        return number

    def write_section(self, sheet: Any, section: Section) -> None:
        self.heads(sheet, HEADINGS, WIDTHS, first_number=3)
        number = 1
        for line in section.lines:
            number = self.write_line(sheet, number, line) + 1

    def write_line(self, sheet: Any, number: int, line: Line) -> int:
        title = self.style(bold=True, font_size=12, font_color=ACCENT)
        sheet.write_string(number, 0, line.number, title)
        sheet.write_string(number, 1, line.title, title)
        number += 1
        for said in filter(None, (line.indicator.note, line.nothing)):
            sheet.write_string(number, 1, said, self.style(italic=True))
            number += 1
        if line.is_stock and line.is_recorded:
            for column, name in enumerate(line.windows, start=3):
                sheet.write_string(number, column, name, self.style(italic=True, align="right"))
            number += 1
        if line.matrix:
            return self.write_matrix(sheet, number, line.matrix)
        return self.write_tables(sheet, number, line)

    def write_tables(self, sheet: Any, number: int, line: Line) -> int:
        for entry in line.totals:
            self.write_entry(sheet, number, entry, bold=True)
            number += 1
        for table in line.tables:
            sheet.write_string(number, 1, table.title, self.style(italic=True, bottom=1))
            number += 1
            for entry in table.entries:
                self.write_entry(sheet, number, entry, bold=False)
                number += 1
        return number

    def write_entry(self, sheet: Any, number: int, entry: Entry, *, bold: bool, line: Line | None = None) -> None:
        measure = entry.measure
        if line and line.is_stock:
            measure = "In force; new in the quarter and year"
        title = entry.title if line else ("Total" if bold else entry.title)
        self.write_texts(sheet, number, (line.number if line else "", title, measure), bold=bold)
        for column, figure in enumerate((*entry.figures, entry.target), start=3):
            self.write_figure(sheet, number, column, figure, bold=bold)
        sheet.write_string(number, 7, entry.distance, self.style(align="right"))
        self.write_figure(sheet, number, 8, entry.forecast, bold=bold)

    def write_texts(
        self, sheet: Any, number: int, texts: Sequence[str], *, bold: bool, widths: Sequence[int] = WIDTHS
    ) -> None:
        self.fit(sheet, number, texts, widths)
        for column, text in enumerate(texts):
            if text:
                sheet.write_string(number, column, text[:MOST_CELL], self.style(bold=bold, text_wrap=True))

    def write_figure(self, sheet: Any, number: int, column: int, figure: Figure, *, bold: bool = False) -> None:
        style = self.style(bold=bold, align="right", num_format=NUMBERS[figure.style])
        if figure.number == STAR:
            sheet.write_string(number, column, STAR, style)
        elif isinstance(figure.number, Decimal):
            share = figure.style == Style.PERCENT
            sheet.write_number(number, column, figure.number / 100 if share else figure.number, style)

    def write_matrix(self, sheet: Any, number: int, matrix: Matrix) -> int:
        """Write a line across: the windows above, their measures under each."""
        for place, window in enumerate(matrix.windows):
            column = 2 + place * len(matrix.measures)
            sheet.write_string(number, column, window, self.style(bold=True, align="right"))
        number += 1
        sheet.write_string(number, 1, matrix.head, self.head)
        for column, measure in enumerate(chain.from_iterable([matrix.measures] * len(matrix.windows)), start=2):
            sheet.write_string(number, column, measure, self.style(bold=True, bottom=1, align="right"))
        for title, figures in matrix.rows:
            number += 1
            self.write_texts(sheet, number, ("", title), bold=False)
            for column, figure in enumerate(figures, start=2):
                self.write_figure(sheet, number, column, figure)
        return number + 1

    def write_definitions(self, sheet: Any) -> None:
        definitions = self.content.definitions
        widths = (24, 44, 70, 34, 14, 44, 50)
        self.heads(sheet, list(definitions[0]), widths, first_number=9)
        for number, definition in enumerate(definitions, start=1):
            self.fit(sheet, number, list(definition.values()), widths)
            for column, text in enumerate(definition.values()):
                sheet.write_string(number, column, text, self.style(text_wrap=True))


def sheet_names(sections: Sequence[Section]) -> Iterator[str]:
    """Return headings as names of sheets: whole words in 31 characters, none of those a spreadsheet refuses."""
    for section in sections:
        name = "".join(c for c in section.title if c not in "[]:*?/\\'")
        while len(name) > 31:
            name = name.rpartition(" ")[0] or name[:31]
        yield name.removesuffix(" and").strip()


def lines_of(text: str, width: int) -> int:
    return sum(max(1, math.ceil(len(each) / (width * LETTERS))) for each in text[:MOST_CELL].split("\n"))


def in_header(text: str) -> str:
    """Write a text for a page's header, where ``&`` begins a code and 255 characters are the most."""
    return text.replace("&", "&&")[:90]
