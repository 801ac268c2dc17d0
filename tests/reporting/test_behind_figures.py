"""What the list behind a figure tells of each record, and the two sets of a share apart."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse

from caseload.models import Job
from partners.models import StaffMember
from partners.platform.jobs import queue as jobs
from reporting.models import Return
from reporting.services.returns import ask_for_build
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory, EmploymentCheckFactory, JobFactory
from tests.factories.commissioning import ContributionFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

QUARTER = "2007-08-Q2"


@pytest.fixture(autouse=True)
def no_progress() -> Iterator[None]:
    """Keep to one connection: the test's records are not yet there for a second one."""
    with patch("partners.platform.jobs.queue._tell"):
        yield


@pytest.fixture
def filed(monitoring_officer: StaffMember, adviser: StaffMember) -> Return:
    monitoring_officer.consortium.pack = "leicester"
    monitoring_officer.consortium.save()
    for name, is_in_work in {"Tesco": True, "Alderstone": True, "Walkers": False}.items():
        job(name, adviser, is_in_work=is_in_work)
    ContributionFactory(amount="1250.50", status="agreed", agreed_on="2007-07-02")
    asked, work = ask_for_build(
        consortium=monitoring_officer.consortium,
        kind="leap",
        quarter=QUARTER,
        by=monitoring_officer,
        today=date(2007, 10, 10),
    )
    jobs.run(monitoring_officer.consortium_id, work.pk)
    return asked


def job(employer: str, adviser: StaffMember, *, is_in_work: bool) -> Job:
    client = ClientFactory(adviser=adviser, organisation=adviser.organisation, registered_on="2007-04-02")
    found: Job = JobFactory(client=client, employer=EmployerFactory(name=employer), started_on="2007-05-01")
    EmploymentCheckFactory(job=found, week=13, checked_on="2007-08-01", in_work=is_in_work)
    return found


def page_of(reader: StaffMember, filed: Return, **asked: Any) -> str:
    figure = {"line": "kpi_22", "measure": "percent", "window": "quarter", **asked}
    answer = signed_in(reader).get(reverse("reporting:figure", args=[filed.uid]), figure)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("side", "shown"),
    [("", {"Tesco", "Alderstone", "Walkers"}), ("in", {"Tesco", "Alderstone"}), ("rest", {"Walkers"})],
)
def test_the_two_sets_of_a_share_are_listed_apart(
    filed: Return, monitoring_officer: StaffMember, side: str, shown: set[str]
) -> None:
    page = page_of(monitoring_officer, filed, side=side)

    assert {name for name in ("Tesco", "Alderstone", "Walkers") if name in page} == shown
    assert "Not in work" in page


def test_each_record_has_its_employer_and_the_persons_adviser(
    filed: Return, monitoring_officer: StaffMember, adviser: StaffMember
) -> None:
    page = page_of(monitoring_officer, filed)

    assert page.count(adviser.name) == 3


def test_who_may_not_open_the_people_learns_of_neither_set_how_many_they_are(
    filed: Return, manager: StaffMember
) -> None:
    elsewhere = StaffFactory(organisation=OrganisationFactory(), role=manager.role)

    page = page_of(elsewhere, filed, side="rest")

    assert "Walkers" not in page
    assert "There may be more that you may not open" in page
    assert "1 more" not in page


def test_money_has_its_amount_and_opens_its_record(filed: Return, monitoring_officer: StaffMember) -> None:
    page = page_of(monitoring_officer, filed, line="kpi_23", measure="value")

    assert "£1,250.50" in page
    assert "Open the record" in page
    assert "Adviser" not in page.split("<table")[1]


def test_a_line_that_the_plan_leaves_open_says_so(filed: Return, monitoring_officer: StaffMember) -> None:
    page = signed_in(monitoring_officer).get(reverse("reporting:return", args=[filed.uid])).content.decode()

    assert page.count("To be developed:") == 2
    assert "in addition to the trend" in page
