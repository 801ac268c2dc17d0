"""What is beyond the tolerances of the project's stage is told to whoever reports it to the board."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from commissioning.enums import ProfileKind
from partners.enums import JobState, Role
from partners.models import BackgroundJob, Consortium, Post, PostHolder, StaffMember
from partners.platform.signoff.posts import ensure_posts
from partners.platform.tenancy.scope import in_consortium
from reporting.enums import Measure
from reporting.models import Return, ReturnBuild, ReturnLine, Tolerance
from reporting.packs.loading import load_pack
from reporting.queries.report import milestones, spend
from reporting.queries.tolerances import held_to, told_by
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ExpenditureFactory,
    FundingStreamFactory,
)
from tests.factories.partners import StaffFactory
from tests.factories.reporting import MilestoneFactory, ReturnFactory
from tests.reporting.test_signing import CHAINS

PLAN = [
    {"measure": each, "reported_by": "Programme manager", "reported_to": "Project board"} for each in Measure.values
]


@pytest.fixture
def filed(scope: Consortium) -> Return:
    scope.pack_data = {
        "returns": [{"code": "leap", "chain": "quarterly_reports"}],
        "sign_off": CHAINS,
        "tolerances": PLAN,
    }
    scope.save()
    ensure_posts(scope)
    ReturnFactory(kind="leap", quarter="2007-08-Q1")
    return ReturnFactory(kind="leap", quarter="2007-08-Q2")


def agreed(measure: str, limit: Any, from_date: str = "2007-04-01", **more: Any) -> Tolerance:
    tolerance = Tolerance(
        measure=measure, stage="First", limit=limit, from_date=from_date, agreed="Board, 3 April 2007", **more
    )
    tolerance.save()
    return tolerance


def beyond(filed: Return, targets: Any = None) -> dict[str, list[tuple[str, str]]]:
    held = held_to(filed, dated=milestones(filed), money=spend(filed), targets=targets)
    return {each.measure.value: [(line.what, line.in_words) for line in each.beyond] for each in held}


def test_milestones_that_slip_beyond_the_days_of_the_stage(filed: Return) -> None:
    agreed("time", 30, to_date="2007-09-29")  # of a stage that is over
    agreed("time", 10, from_date="2007-05-01")
    MilestoneFactory(title="Just within", due_on="2007-09-20")
    MilestoneFactory(title="Eleven days", due_on="2007-09-19")
    MilestoneFactory(title="Came late", due_on="2007-06-01", achieved_on="2007-07-15")
    MilestoneFactory(title="Expected late", due_on="2008-01-01", forecast_on="2008-02-01")

    assert beyond(filed)["time"] == [
        ("Came late", "44 days late"),
        ("Eleven days", "11 days late or expected late"),
        ("Expected late", "31 days late or expected late"),
    ]


def test_spend_off_its_profile_on_either_side(filed: Return) -> None:
    agreed("cost", 10)
    for name, planned, spent in (("Above", 1000, 1101), ("Below", 1000, 890), ("Within", 1000, 900), ("None", 0, 5)):
        contract = ContractFactory(funding_stream=FundingStreamFactory(name=name))
        ContractProfileFactory(contract=contract, kind=ProfileKind.SPEND, month="2007-05-01", planned=planned)
        ExpenditureFactory(contract=contract, incurred_on="2007-06-01", amount=spent, eligible=True)

    assert beyond(filed)["cost"] == [
        ("Above", "10.1% above its profile so far"),
        ("Below", "11.0% below its profile so far"),
        ("None", "£5.00 spent, and nothing was planned so far"),
    ]


def test_lines_that_miss_their_target_so_far(filed: Return, monitoring_officer: StaffMember) -> None:
    agreed("quality", 5)
    job = BackgroundJob.objects.create(kind="return", title="Built", state=JobState.DONE)
    build = ReturnBuild.objects.create(filed=filed, job=job, built_by=monitoring_officer)
    line = {"build": build, "dimension": "", "measure": "value"}
    for code, year, quarter in (("kpi_4", 47, 20), ("kpi_9", 48, 20), ("kpi_3", 90, 9)):
        ReturnLine.objects.create(line=code, title=code, year_value=year, quarter_value=quarter, **line)

    found = beyond(filed, {"kpi_4": Decimal(100), "kpi_9": Decimal(100), "kpi_3": Decimal(100)})["quality"]

    assert [said for _, said in found] == [
        "10.0% off its target so far (90, due 100)",
        "6.0% off its target so far (47, due 50)",
    ]
    assert "quality" not in beyond(filed)


def test_the_plan_of_leicester_asks_for_tolerances_and_gives_no_number() -> None:
    rows = load_pack("leicester").rows("tolerances")

    assert [(row["measure"], row["limit"]) for row in rows] == [("time", None), ("cost", None), ("quality", None)]


def test_the_report_says_that_none_was_agreed_and_leads_to_where_it_is_written_down(
    filed: Return, monitoring_officer: StaffMember, manager: StaffMember
) -> None:
    page = reverse("reporting:report", args=[filed.uid])
    add = f"{reverse('partners:record-add', args=['tolerances'])}?measure=time"

    mine, theirs = (signed_in(each).get(page).content.decode() for each in (monitoring_officer, manager))

    assert "None was agreed" in mine
    assert add in mine
    assert add not in theirs
    assert signed_in(manager).get(add).status_code in (403, 404)


def test_whoever_reports_to_the_board_has_it_on_today_and_nobody_else(
    filed: Return, monitoring_officer: StaffMember, manager: StaffMember, other_consortium: Consortium
) -> None:
    body = monitoring_officer.organisation
    holder, other = (StaffFactory(organisation=body, role=Role.PROJECT_MANAGER) for _ in range(2))
    PostHolder(post=Post.objects.get(title="Programme manager"), staff=holder, from_date="2007-01-01").save()
    with in_consortium(other_consortium.pk):
        agreed("time", 0)
    MilestoneFactory(title="Much too late", due_on="2007-05-01")
    today = date(2007, 10, 3)
    assert told_by(holder, today=today) is None

    agreed("time", 10)

    assert "Much too late" in signed_in(holder).get("/").content.decode()
    for each in (other, manager, monitoring_officer):
        assert told_by(each, today=today) is None


def test_a_milestone_due_before_what_it_needs_is_a_conflict(filed: Return, monitoring_officer: StaffMember) -> None:
    needed = MilestoneFactory(title="Premises are found", due_on="2008-01-01")
    in_time = MilestoneFactory(title="Plans are drawn", due_on="2007-11-01")
    MilestoneFactory(title="Centre opens", due_on="2007-12-01", needs=needed)
    MilestoneFactory(title="Builders begin", due_on="2007-12-02", needs=in_time)
    browser = signed_in(monitoring_officer)

    assert {each.milestone.title: each.comes_before for each in milestones(filed) if each.comes_before} == {
        "Centre opens": needed
    }
    assert (
        "Needs “Premises are found”, which is due later"
        in browser.get(reverse("reporting:report", args=[filed.uid])).content.decode()
    )
    listed = browser.get(reverse("reporting:problem", args=[filed.uid, "conflicts"])).content.decode()
    assert "Centre opens" in listed
    assert "Builders begin" not in listed
