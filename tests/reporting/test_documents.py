"""The files of a return that people print, sign and keep: the workbook and the PDF."""

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from caseload.enums import Stage
from partners.enums import Role
from partners.models import Consortium, StaffMember
from partners.platform.frame.charts import Bar, BarChart
from reporting.counting.engine import counting
from reporting.counting.sheet import Row
from reporting.counting.windows import Quarter
from reporting.documents.content import REDUCED, ReportContent, content_counted, content_of
from reporting.documents.pdf import MOST_HIGH, chart_data, data_of, render_pdf, written
from reporting.documents.workbook import render_xlsx
from reporting.enums import Degree, ReturnState, RiskStatus
from reporting.indicators.kinds import KINDS
from reporting.models import Forecast, Milestone, Narrative, Objective, Risk, Target
from reporting.queries.returns import count_return
from tests.conftest import signed_in
from tests.factories.caseload import ClientAddressFactory, ClientFactory, StageEventFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.reporting.test_returns_built import QUARTER, build


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


def engaged(number: int, ward: str) -> None:
    for _ in range(number):
        client = ClientFactory(registered_on="2007-04-02")
        ClientAddressFactory(client=client, ward=ward, lsoa="", from_date="2007-01-01")
        StageEventFactory(client=client, stage=Stage.ENGAGED, occurred_on="2007-05-14")


MAY_1, MAY_11 = (datetime(2007, 5, day) for day in (1, 11))  # noqa: DTZ001  as a cell has it
COSTS = [
    Row("kpi_25", "", measure, "indicator", member, "", "", figure, figure, figure, "", "")
    for member, figures in {"kpi_11": ("20.00", "", ""), "kpi_9": ("100.50", "4", "25.13")}.items()
    for measure, figure in zip(("spend", "outputs", "cost_per_output"), figures, strict=True)
]


def counted_now(consortium: Consortium) -> ReportContent:
    quarter, kind = Quarter.parse(QUARTER), KINDS["journey"]
    with counting(consortium, quarter) as session:
        return content_counted(consortium, kind, quarter, count_return(session, kind))


def plans_return(consortium: Consortium, *rows: Row) -> ReportContent:
    return content_counted(consortium, KINDS["leap"], Quarter.parse(QUARTER), rows)


def sheets(content: ReportContent) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(content)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_workbook_says_words_instead_of_codes_in_the_plans_order(monitoring_officer: StaffMember) -> None:
    book = sheets(plans_return(monitoring_officer.consortium, *COSTS))

    assert list(book) == [
        "Contents",
        "Totals",
        "Headline outcomes",
        "Co-ordinated employer",
        "Supply-side barriers removed",
        "Local training and employment",
        "Sustainable employment",
        "Better commissioning",
        "Definitions and sources",
    ]
    numbers = [row[0] for row in book["Definitions and sources"][1:]]
    assert numbers[4:] == [f"KPI {number}" for number in range(1, 26)]
    assert not any("kpi_" in str(cell) for rows in book.values() for row in rows for cell in row)


def test_a_figure_has_its_format_and_what_is_left_to_its_target(monitoring_officer: StaffMember) -> None:
    engaged(3, "Abbey")
    engaged(2, "Castle")
    Target.objects.create(indicator="journey_engaged", area_kind="consortium", period="2007-08", value=12)
    Forecast.objects.create(line="journey_engaged", quarter=QUARTER, value=9)

    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(counted_now(monitoring_officer.consortium))))
    row = next(row for row in book["Totals"].iter_rows() if row[1].value == "People who reached the stage: engaged")

    assert [cell.value for cell in row[3:9]] == [5, 5, 5, 12, "7 to go, year to date", 9]
    assert row[3].number_format == "#,##0"


def test_every_sheet_prints_with_its_titles_its_stamp_and_draft(monitoring_officer: StaffMember) -> None:
    engaged(1, "Abbey")
    filed = build(monitoring_officer)
    newest = filed.builds.get()

    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(content_of(filed, newest))))

    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddHeader.center.text == "DRAFT"
        assert f"by {monitoring_officer.name}" in str(sheet.oddFooter.left.text)
        assert sheet.title == "Contents" or sheet.print_title_rows == "$1:$1"


def test_unit_costs_are_one_table_in_the_plans_order(monitoring_officer: StaffMember) -> None:
    content = plans_return(monitoring_officer.consortium, *COSTS)

    rows = sheets(content)["Better commissioning"]
    place = next(place for place, row in enumerate(rows) if row[0] == "KPI 25")

    assert rows[place + 1][2:11] == ("Quarter", None, None, "Year to date", None, None, "Since the start", None, None)
    assert rows[place + 2][1:5] == ("Indicator", "Spend", "Outputs", "Cost per output")
    assert [row[1:5] for row in rows[place + 3 : place + 5]] == [
        ("KPI 9 ESOL awards gained at Entry 3 or higher", 100.5, 4, 25.13),
        ("KPI 11 Target-group residents joining engagement activities, exercises or surveys", 20, None, None),
    ]


def test_the_pdf_keeps_to_the_standards_whatever_was_typed(monitoring_officer: StaffMember) -> None:
    consortium = monitoring_officer.consortium
    consortium.name = "Łódź & *Ștefan* #show: none 😀 محمد 日本"
    content = plans_return(consortium, *COSTS)

    body = render_pdf(content)

    assert body.startswith(b"%PDF-1.7")
    for mark in (b"pdfuaid:part", b"pdfaid:part", b"/StructTreeRoot", b"/Lang"):
        assert mark in body
    assert body == render_pdf(content)
    assert data_of(content)["is_draft"]
    assert written(consortium.name).startswith("Łódź & *Ștefan* #show: none ")


# TAG-002: the headings of a table that goes on are repeated on its next page as decoration, as the standard wants.
CHECKERS = {
    "pdfua": (["check"], "errors=0 warnings=0 info=0"),
    "outloud": (["--skip", "TAG-002"], "0 error(s), 0 warning(s)"),
}


@pytest.mark.parametrize("name", CHECKERS)
def test_a_checker_finds_nothing_to_mend(monitoring_officer: StaffMember, tmp_path: Path, name: str) -> None:
    """By two checkers of PDF/UA-1; no checker of PDF/A can be had without a Java of its own."""
    checker = Path(sys.executable).with_name(name)
    if not checker.exists():
        pytest.skip(f"{name}, which checks accessible PDFs, is not installed here: pip install {name}")
    engaged(30, "Abbey")
    filed = build(monitoring_officer)
    target = tmp_path / "return.pdf"
    target.write_bytes(render_pdf(content_of(filed, filed.builds.get())))

    options, nothing = CHECKERS[name]
    said = subprocess.run([checker, *options, target], capture_output=True, text=True, check=False)  # noqa: S603

    assert nothing in said.stdout, said.stdout


def test_what_stands_around_the_count_is_in_the_document(monitoring_officer: StaffMember) -> None:
    engaged(1, "Abbey")
    filed = build(monitoring_officer)
    jobs = Objective.objects.create(code="jobs", title="Jobs")
    Objective.objects.create(code="health", title="Health")
    Narrative.objects.create(filed=filed, objective=jobs, body="Two fairs were held.\n\n#strike[none] = failed.")
    Milestone.objects.create(title="Centre open", due_on="2007-05-01", achieved_on="2007-05-11")
    Risk.objects.create(title="Staff leave", likelihood=Degree.HIGH, impact=Degree.LOW, status=RiskStatus.OPEN)

    content = content_of(filed, filed.builds.get())

    book = sheets(content)
    assert book["Activity and progress"][1:] == [
        ("Jobs", "Two fairs were held.\n\n#strike[none] = failed."),
        ("Health", None),
    ]
    assert book["Milestones"][1][:5] == ("Centre open", MAY_1, MAY_11, "Reached", 10)
    assert book["Risks"][1][:3] == ("Staff leave", "High", "Low")
    assert "Spend" in book
    assert "Spend" not in sheets(content_of(filed, filed.builds.get(), REDUCED))
    assert render_pdf(content).startswith(b"%PDF")


def test_the_signed_document_is_no_draft(monitoring_officer: StaffMember) -> None:
    engaged(1, "Abbey")
    filed = build(monitoring_officer)
    filed.state, filed.signed_build = ReturnState.SIGNED, filed.builds.get()

    content = content_of(filed, filed.signed_build)

    assert content.stamp.startswith("Signed. Built ")
    assert not data_of(content)["is_draft"]


def test_the_reduced_copy_has_stars_in_both_files(monitoring_officer: StaffMember) -> None:
    engaged(3, "Abbey")
    engaged(20, "Castle")
    filed = build(monitoring_officer)

    reduced = content_of(filed, filed.builds.get(), REDUCED)

    line = next(line for line in reduced.lines if line.indicator.code == "journey_engaged")
    wards = next(table for table in line.tables if table.title == "By ward")
    assert [(each.title, each.figures[0].text) for each in wards.entries] == [("Abbey", "*"), ("Castle", "20")]
    assert line.totals[0].figures[0].text == "*"
    assert any("stands for a small number" in note for note in reduced.notes)
    rows = sheets(reduced)[line.indicator.heading[:31]]
    assert ("Abbey", "*") in [(row[1], row[3]) for row in rows]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_each_file_is_downloaded_by_who_reads_returns_and_by_nobody_else(
    monitoring_officer: StaffMember, other_consortium: Consortium, form: str
) -> None:
    engaged(1, "Abbey")
    filed = build(monitoring_officer)
    address = reverse("reporting:download", args=[filed.uid, form])

    answer = signed_in(monitoring_officer).get(address)

    assert answer.status_code == 200
    assert f"-{QUARTER}-DRAFT.{form}" in answer["Content-Disposition"]
    adviser = StaffFactory(organisation=OrganisationFactory(), role=Role.ADVISER)
    assert signed_in(adviser).get(address).status_code == 403


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_command_writes_each_file(
    monitoring_officer: StaffMember, tmp_path: Path, form: str, begins: bytes
) -> None:
    engaged(1, "Abbey")
    target = tmp_path / f"return.{form}"
    consortium = monitoring_officer.consortium.slug

    call_command(
        "build_return", consortium=consortium, kind="journey", quarter=QUARTER, format=form, output=str(target)
    )

    assert target.read_bytes().startswith(begins)


def test_the_definitions_are_those_of_the_build(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)
    filed.builds.get().definitions.filter(line="journey_engaged").update(counts="As it was told then.")

    rows = sheets(content_of(filed, filed.builds.get()))["Definitions and sources"]

    assert "As it was told then." in [row[2] for row in rows]


def test_a_picture_stands_on_one_page_however_many_bars_it_has() -> None:
    few, many = (chart_data(BarChart("Areas", [Bar(f"Area {n}", n) for n in range(number)])) for number in (3, 40))

    assert (few["wide"], round(many["wide"] / 480 * 40 * 50)) == (480, MOST_HIGH)


def test_a_row_is_as_high_as_the_text_in_it(monitoring_officer: StaffMember) -> None:
    filed = build(monitoring_officer)
    Milestone.objects.create(title="Open the centre " * 10, due_on="2007-06-01")
    Milestone.objects.create(title="Open", due_on="2007-06-02")

    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(content_of(filed, filed.builds.get()))))["Milestones"]

    long, short = (sheet.row_dimensions[number].height for number in (2, 3))
    assert (long, short) == (5 * 15, None)
