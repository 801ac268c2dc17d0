"""A return as a PDF to be signed and kept: PDF/A-2a and PDF/UA-1, tagged, the same bytes for the same content."""

import json
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
from anyascii import anyascii

from partners.errors import CaseloadError
from partners.platform.frame.charts import Chart, Pen
from reporting.counting.numbers import Style
from reporting.documents.around import MONEY, NUMBER, TEXT, Cell, Listing
from reporting.documents.content import Entry, Figure, Line, Matrix, ReportContent

log = logging.getLogger(__name__)
TYPESETTER = Path(__file__).with_name("typesetting.py")
TEMPLATE = Path(__file__).with_name("report.typ")
MOST_SECONDS = 120
# Latin, Greek and Cyrillic letters, punctuation and signs of money: all of them are in the font.
WRITTEN = ((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x36F), (0x384, 0x52F), (0x1E00, 0x1EFF), (0x2010, 0x2027))
SIGNS = "\n€₤\N{MINUS SIGN}\N{TRADE MARK SIGN}\N{NUMERO SIGN}"
CHART_WIDTH, MOST_HIGH = 480, 560
PENNY = Decimal("0.01")


class NotRendered(CaseloadError):
    message = (
        "The PDF could not be made, so nothing was changed. Ask for it again; if it fails again, tell the operator:"
        " the log says why."
    )


def render_pdf(content: ReportContent) -> bytes:
    """Write the document: the same bytes for the same content.

    :raises NotRendered: the typesetter failed, was killed or gave nothing in two minutes
    """
    return typeset(data_for_pdf(content))


def data_for_pdf(content: ReportContent) -> bytes:
    """Return all that the typesetter is told.

    What the font has no letter for is written in Latin ones: the standards allow no gap.
    """
    ended = datetime.combine(content.quarter.end, time(), tzinfo=UTC)
    return json.dumps({"data": written(data_of(content)), "timestamp": int(ended.timestamp())}).encode()


def typeset(data: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-P", TYPESETTER], input=data, capture_output=True, check=True, timeout=MOST_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as problem:
        said = getattr(problem, "stderr", None) or b""
        log.exception("No PDF was made: %s", said.decode(errors="replace")[-2000:])
        raise NotRendered from problem
    return done.stdout


def data_of(content: ReportContent) -> dict[str, Any]:
    ended = content.quarter.end
    return {
        "title": content.title,
        "about": content.kind.about,
        "partnership": content.consortium.name,
        "stamp": content.stamp,
        "is_draft": content.is_draft,
        "date": [ended.year, ended.month, ended.day],
        "facts": content.facts,
        "notes": content.notes,
        "headlines": [
            [each.title, each.counted, _grouped(each.printed), _grouped(each.areas), each.difference_in_words]
            for each in content.headlines
        ],
        "charts": [chart_data(chart) for chart in content.charts],
        "sections": [
            {"title": section.title, "lines": [line_data(line) for line in section.lines]}
            for section in content.sections
        ],
        "said": content.around.said,
        "forecasts": listing_data(content.around.forecasts) if content.around.forecasts else None,
        "listings": [listing_data(each) for each in content.around.listings],
        "definitions": [list(each.values()) for each in content.definitions],
    }


def _grouped(number: Any) -> str:
    return "" if number is None else f"{number:,}"


def chart_data(chart: Chart) -> dict[str, Any]:
    picture = chart.svg(CHART_WIDTH).replace('font-family="sans-serif"', f'font-family="{fontpkg_noto_sans.FAMILY}"')
    high = chart.draw(Pen(CHART_WIDTH))
    # A tall picture is made smaller: it has to stand on one page.
    wide = CHART_WIDTH * min(1, MOST_HIGH / high)
    return {"title": chart.title, "svg": picture, "wide": wide, "header": chart.header(), "rows": chart.table()}


def line_data(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "note": line.indicator.note,
        "nothing": line.nothing,
        "is_stock": line.is_stock,
        "windows": line.windows,
        "totals": [entry_data(entry) for entry in line.totals],
        "tables": [
            {"title": table.title, "head": table.head, "entries": [entry_data(entry) for entry in table.entries]}
            for table in line.tables
        ],
        "matrix": matrix_data(line.matrix) if line.matrix else None,
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "measure": entry.measure,
        "figures": texts(entry.figures),
        "target": entry.target.text,
        "distance": entry.distance,
        "forecast": entry.forecast.text,
    }


def listing_data(listing: Listing) -> dict[str, Any]:
    kinds = [column.kind for column in listing.columns]
    return {
        "title": listing.title,
        "about": listing.about,
        "nothing": listing.nothing,
        "header": [column.title for column in listing.columns],
        "numbers": [kind in {NUMBER, MONEY} for kind in kinds],
        "wide": [kind == TEXT for kind in kinds],
        "rows": [[cell_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in listing.rows],
    }


def cell_text(cell: Cell, kind: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%-d %b %Y}"
    if isinstance(cell, str):
        return cell
    return Figure(Decimal(cell).quantize(PENNY), Style.MONEY).text if kind == MONEY else f"{cell:,}"


def matrix_data(matrix: Matrix) -> dict[str, Any]:
    return {
        "head": matrix.head,
        "windows": matrix.windows,
        "measures": matrix.measures,
        "rows": [[title, *texts(figures)] for title, figures in matrix.rows],
    }


def texts(figures: Iterable[Figure]) -> list[str]:
    return [figure.text for figure in figures]


def written(value: Any) -> Any:
    """Return the data with every text in letters that the font has."""
    if isinstance(value, str):
        return "".join(_letter(each) for each in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {name: written(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [written(each) for each in value]
    return value


def _letter(letter: str) -> str:
    code = ord(letter)
    if letter in SIGNS or any(first <= code <= last for first, last in WRITTEN):
        return letter if unicodedata.category(letter) != "Cn" else ""
    return anyascii(letter)
