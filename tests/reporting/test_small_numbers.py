"""Small numbers of people: who reads a star, and that it stands wherever the figure would (contract KPIS.md)."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

import openpyxl
import pytest
from django.urls import reverse

from caseload.enums import Stage
from partners.enums import JobState, Role
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.jobs import queue as jobs
from reporting.models import Return, ReturnBuild, ReturnLine
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories.caseload import (
    ClientAddressFactory,
    ClientFactory,
    JobFactory,
    PlacementFactory,
    StageEventFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory

QUARTER = "2007-08-Q1"
STARRED = {"Abbey": "*", "Belgrave": "*", "Castle": "20", "": "29"}
ENGAGED = "People who reached the stage: engaged"
WHOLE = {"Abbey": "3", "Belgrave": "6", "Castle": "20", "": "29"}


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def viewer(scope: Consortium) -> StaffMember:
    return StaffFactory(organisation=OrganisationFactory(name="Voluntary Voice"), role=Role.VIEWER)


def engaged(number: int, ward: str, organisation: Organisation, day: str = "2007-05-14") -> None:
    for _ in range(number):
        client = ClientFactory(organisation=organisation, registered_on="2007-04-02")
        ClientAddressFactory(client=client, ward=ward, lsoa="", from_date="2007-01-01")
        StageEventFactory(client=client, stage=Stage.ENGAGED, occurred_on=day)


def in_work(number: int, organisation: Organisation, day: str) -> None:
    for _ in range(number):
        JobFactory(client=ClientFactory(organisation=organisation), started_on=day)


def build(by: StaffMember, quarter: str = QUARTER, kind: str = "journey") -> Return:
    filed, job = ask_for_build(consortium=by.consortium, kind=kind, quarter=quarter, by=by, today=date(2008, 12, 1))
    jobs.run(by.consortium_id, job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.DONE, "")
    return filed


@pytest.fixture
def filed(monitoring_officer: StaffMember, adviser: StaffMember, outsider: StaffMember) -> Return:
    engaged(3, "Abbey", adviser.organisation)
    engaged(6, "Belgrave", outsider.organisation)
    engaged(20, "Castle", adviser.organisation)
    return build(monitoring_officer)


def rows_of(reader: StaffMember, filed: Return) -> list[dict[str, str]]:
    answer = signed_in(reader).get(reverse("reporting:download", args=[filed.uid, "csv"]))
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def read(reader: StaffMember, filed: Return, line: str = "journey_engaged") -> dict[str, str]:
    wanted = [row for row in rows_of(reader, filed) if row["line"] == line and row["dimension"] in ("", "ward")]
    return {row["member"]: row["quarter"] for row in wanted}


def text_of(reader: StaffMember, name: str, *args: object, **asked: str) -> str:
    answer = signed_in(reader).get(reverse(f"reporting:{name}", args=args), asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_file_has_stars_for_whoever_may_not_open_the_people(
    filed: Return, monitoring_officer: StaffMember, viewer: StaffMember, commissioner: StaffMember
) -> None:
    assert read(monitoring_officer, filed) == WHOLE
    assert read(viewer, filed) == STARRED
    assert read(commissioner, filed) == STARRED
    # What is stored stays whole.
    stored = ReturnLine.objects.filter(line="journey_engaged", dimension="ward")
    assert set(stored.values_list("quarter", flat=True)) == {"3", "6", "20"}


def test_the_workbook_has_the_same_stars_as_the_file(filed: Return, viewer: StaffMember) -> None:
    answer = signed_in(viewer).get(reverse("reporting:download", args=[filed.uid, "xlsx"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[1] == ENGAGED and row[3] is None)
    found = {str(row[1]).replace("Total", ""): str(row[3]) for row in rows[start : start + 7]}

    assert {member: found[member] for member in STARRED} == STARRED


def test_page_title_and_list_have_the_stars_too(filed: Return, viewer: StaffMember) -> None:
    page = text_of(viewer, "line", filed.uid, "journey_engaged")
    of_figure = {"line": "journey_engaged", "measure": "value", "window": "quarter", "dimension": "ward"}
    small = text_of(viewer, "figure", filed.uid, **of_figure, member="Abbey")

    assert ">6</a>" not in page
    assert ">3</a>" not in page
    assert ">20</a>" in page
    assert "<title>People who reached the stage: engaged: *" in small
    assert "3 more" not in small


def test_the_picture_of_the_steps_tells_no_small_number(
    monitoring_officer: StaffMember, adviser: StaffMember, viewer: StaffMember
) -> None:
    engaged(7, "Castle", adviser.organisation)
    in_work(3, adviser.organisation, "2007-05-20")
    filed = build(monitoring_officer)

    table = signed_in(viewer).get(reverse("reporting:return", args=[filed.uid]), {"csv": "funnel"}).content.decode()

    assert "* people started a job, 0 were in work 13 weeks later" in text_of(viewer, "return", filed.uid)
    assert "3 people started a job" in text_of(monitoring_officer, "return", filed.uid)
    assert "Job started,*,*" in table
    assert "Engaged,7,100%" in table


def test_the_trend_and_the_changes_show_stars_where_the_figure_was_one(
    monitoring_officer: StaffMember, adviser: StaffMember, viewer: StaffMember
) -> None:
    in_work(3, adviser.organisation, "2007-05-20")
    in_work(9, adviser.organisation, "2007-08-20")
    build(monitoring_officer)
    build(monitoring_officer, "2007-08-Q2")
    in_work(1, adviser.organisation, "2007-08-21")
    later = build(monitoring_officer, "2007-08-Q2")

    trend = signed_in(viewer).get(reverse("reporting:return", args=[later.uid]), {"csv": "trend"}).content.decode()

    assert "2007-08 Q1,*" in trend
    # The 3 of the first quarter are the year less the second quarter.
    assert {row["quarter"] for row in rows_of(viewer, later) if row["line"] == "journey_job_started"} & {"*", "10"}
    figures = next(row for row in rows_of(viewer, later) if row["line"] == "journey_job_started" and not row["member"])
    assert "*" in (figures["quarter"], figures["year"])
    assert "Came in: recorded since: 1" not in text_of(viewer, "changes", later.uid)
    assert "Came in: recorded since: " in text_of(monitoring_officer, "changes", later.uid)


def test_a_partner_reads_whole_what_counts_nobody_but_their_own(
    monitoring_officer: StaffMember, adviser: StaffMember, outsider: StaffMember, manager: StaffMember
) -> None:
    engaged(3, "Abbey", adviser.organisation)
    assert read(manager, build(monitoring_officer))["Abbey"] == "3"

    engaged(1, "Abbey", outsider.organisation)
    assert read(manager, build(monitoring_officer))["Abbey"] == "*"


def test_a_share_made_from_few_is_a_star(
    monitoring_officer: StaffMember, adviser: StaffMember, viewer: StaffMember
) -> None:
    for number in range(7):
        PlacementFactory(
            client=ClientFactory(organisation=adviser.organisation),
            kind="funded_job",
            started_on="2007-04-10",
            ended_on="2007-05-10",
            result="left_early" if number < 2 else "completed",
        )
    filed = build(monitoring_officer)

    found = {row["line"]: row["quarter"] for row in rows_of(viewer, filed) if not row["dimension"]}

    assert found["placement_funded_job_left_early"] == "*"
    assert found["placement_funded_job_leavers"] == "7"
    assert found["funded_job_dropout"] == "*"
    assert found["placement_funded_job_job_offer"] == "0"


def test_of_a_build_that_was_never_judged_noughts_alone_are_shown(
    filed: Return, viewer: StaffMember, monitoring_officer: StaffMember
) -> None:
    ReturnBuild.objects.update(small_numbers=None)
    ReturnLine.objects.update(starred=0)

    assert set(read(viewer, filed).values()) == {"*"}
    assert read(viewer, filed, line="journey_matched") == {"": "0"}
    assert read(monitoring_officer, filed) == WHOLE


@pytest.mark.parametrize(("limit", "abbey"), [(2, "8"), (9, "*")])
def test_a_partnership_may_raise_the_number_and_not_lower_it(
    monitoring_officer: StaffMember, viewer: StaffMember, limit: int, abbey: str
) -> None:
    Consortium.objects.update(pack_data={"small_numbers": limit})
    engaged(8, "Abbey", monitoring_officer.organisation)
    engaged(30, "Castle", monitoring_officer.organisation)

    assert read(viewer, build(monitoring_officer))["Abbey"] == abbey


def test_the_people_of_the_sign_off_chain_read_the_return_whole(
    monitoring_officer: StaffMember, adviser: StaffMember, filed: Return
) -> None:
    chain = {"code": "reports", "steps": [{"role": Role.FINANCE_OFFICER}]}
    Consortium.objects.update(pack_data={"returns": [{"code": "journey", "chain": "reports"}], "sign_off": [chain]})
    finance = [
        StaffFactory(organisation=organisation, role=role)
        for organisation, role in (
            (monitoring_officer.organisation, Role.FINANCE_OFFICER),
            (monitoring_officer.organisation, Role.HEAD_OF_FINANCE),
            (adviser.organisation, Role.FINANCE_OFFICER),
        )
    ]

    assert [read(reader, filed) == WHOLE for reader in finance] == [True, False, False]
    assert [read(reader, filed) == STARRED for reader in finance] == [False, True, True]
