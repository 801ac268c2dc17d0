"""An independent count: an exchange package and a set-up in, the rows of a return and its trace out.

It shares nothing with the engine but the rules (contract/KPIS.md), and prefers being plainly right to being quick.

Readings taken where the rules can be read in two ways (those about the claim stand in `claim.py`):

1. kpi_25: "for each indicator code on eligible expenditure" bounds the codes and the spend: money that is not eligible
   is in no spend.
2. kpi_25: `outputs` are looked up among the lines of `leap` and written as that line writes them; a line without a
   window (kpi_8 but for `all`) has empty outputs there, and so has a code that is no line of `leap`.
3. kpi_8: "fewer than two" and "earliest one ever" mean observations dated on or before the quarter's end; of two on the
   earliest day the first by id, of two on the latest the last.
4. kpi_12: the member is the code; one that is 0 in all its areas has no row, any other shows all its areas, zeros too.
5. kpi_21: an employee without a client cannot be counted; managers without a name at one employer are one manager.
6. Headline `lsoa`: a person with counted jobs from a priority LSOA and from elsewhere is in both rows.
7. Trace: a row for every record that counts, also where a person has several; stock lines name the employer or centre
   that is counted, not the spell; behind a ratio stand the records of both its sides (see `compare.py`).
8. Target: "the line's percentage" is the measure of that name (kpi_22, kpi_24); kpi_6 has its target beside its first
   measure, because Table 16 sets it in activities; of two targets for one place the highest id counts.
"""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

from tests.oracle.claim import Claim
from tests.oracle.journey import Journey
from tests.oracle.leap import Leap, Readings
from tests.oracle.sheet import Sheet, TraceRow, without_trailing_zeros
from tests.oracle.words import Book, Package, SetUp, text, windows_of

LEICESTER_LSOAS = frozenset(
    {
        "E01013603",
        "E01013620",
        "E01013621",
        "E01013622",
        "E01013632",
        "E01013640",
        "E01013644",
        "E01013646",
        "E01013664",
        "E01013691",
        "E01013692",
        "E01013693",
        "E01013726",
        "E01013730",
        "E01013748",
        "E01013754",
        "E01013755",
        "E01013760",
    }
)
HEADLINE_TARGETS = Path(__file__).parents[2] / "reporting/packs/leicester/headline_targets.csv"
LEICESTER = SetUp(programme_start=date(2007, 4, 1), priority_lsoas=LEICESTER_LSOAS)


def count(
    folder: Path, kind: str, quarter: str, set_up: SetUp = LEICESTER, readings: Readings | None = None
) -> tuple[list[dict[str, str]], set[TraceRow]]:
    """Count a package by the rules: the rows of the return, sorted, and the records behind them."""
    sheet = Sheet(windows_of(quarter, set_up.programme_start))
    book = Book(Package(folder), set_up)
    if kind == "leap":
        Leap(book, sheet, readings or Readings()).count()
    elif kind == "dwp_claim":
        Claim(book, sheet, quarter).count()
    else:
        Journey(book, sheet).count()
    return sheet.rows(targets_of(book, quarter[:7])), sheet.trace_rows()


def targets_of(book: Book, year: str) -> dict[tuple[str, str, str], str]:
    """The year's targets by line, dimension and member; the headline outcomes have those of Tables 14 and 15 else."""
    found = headline_targets()
    for row in sorted(book.rows("targets"), key=lambda row: row["id"]):
        line, kind, area, group = row["indicator"], row["area_kind"], text(row, "area"), text(row, "group")
        if row["period"] != year:
            continue
        value = without_trailing_zeros(Fraction(row["value"]))
        if kind == "consortium":
            found[line, "target_group" if group else "", group] = value
        elif kind in ("ward", "lsoa") and not group:
            found[line, kind, area] = value
    return found


def headline_targets() -> dict[tuple[str, str, str], str]:
    """Table 14 for the city, Table 15 for each small area; the three groups together where no total is printed."""
    with HEADLINE_TARGETS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    printed = {(row["line"], row["lsoa"]): int(row["value"]) for row in rows}
    for lsoa in {row["lsoa"] for row in rows}:
        three = [value for (line, area), value in printed.items() if area == lsoa and line != "headline_total"]
        printed.setdefault(("headline_total", lsoa), sum(three))
    return {(line, "lsoa" if lsoa else "", lsoa): str(value) for (line, lsoa), value in printed.items()}
