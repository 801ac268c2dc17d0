"""What is missing or in doubt before a return is built, and who mends it (REP-07)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.enums import CheckWeek, Evidence
from caseload.models import Client
from commissioning.enums import ProfileKind
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Consortium, Notice, Organisation, StaffMember
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.windows import Quarter
from reporting.enums import AreaKind, ReturnState, RiskStatus
from reporting.models import Return
from reporting.queries.problems import PROBLEMS, Problem, held_by, problem_called, problems_of, span_of
from reporting.services.problems import give_problem, holder_of, mark_of
from tests.conftest import signed_in
from tests.factories.caseload import ClientAddressFactory, ClientFactory, EmploymentCheckFactory, JobFactory
from tests.factories.commissioning import ContractFactory, ContractProfileFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import (
    MilestoneFactory,
    NarrativeFactory,
    ObjectiveFactory,
    ObservationFactory,
    ReturnFactory,
    RiskFactory,
)

QUARTER = Quarter(2007, 2)


@pytest.fixture
def filed(scope: Consortium) -> Return:
    ReturnFactory(quarter=str(QUARTER.before))
    return ReturnFactory(quarter=str(QUARTER))


@pytest.fixture
def found(filed: Return, monitoring_officer: StaffMember) -> Callable[[str], list[Any]]:
    def of(code: str) -> list[Any]:
        problem = problem_called(code)
        assert problem is not None
        return list(problem.rows(monitoring_officer, span_of(filed)))

    return of


def test_clients_have_an_area_by_an_address_open_on_the_last_day(found: Callable[[str], list[Any]]) -> None:
    somewhere, moved, unknown, nowhere, later = (ClientFactory(registered_on="2007-05-01") for _ in range(5))
    Client.objects.filter(pk=later.pk).update(registered_on="2007-10-01")
    ClientAddressFactory(client=somewhere, from_date="2007-05-01", lsoa="E01013620")
    ClientAddressFactory(client=moved, from_date="2007-05-01", to_date="2007-09-29", lsoa="E01013620")
    ClientAddressFactory(client=unknown, from_date="2007-05-01", lsoa="")
    ClientAddressFactory(client=unknown, from_date="2007-10-01", lsoa="E01013620")

    assert {each.pk for each in found("area")} == {moved.pk, unknown.pk, nowhere.pk}


def test_clients_without_a_birth_date_are_in_no_group_of_age(found: Callable[[str], list[Any]]) -> None:
    ClientFactory(date_of_birth="1980-02-01", registered_on="2007-05-01")
    unknown = ClientFactory(date_of_birth=None, registered_on="2007-05-01")
    ClientFactory(date_of_birth=None, registered_on="2007-05-01", merged_into=unknown)

    assert [each.pk for each in found("birth-date")] == [unknown.pk]


def test_jobs_due_in_the_quarter_need_their_check_at_13_weeks(found: Callable[[str], list[Any]]) -> None:
    first, last = QUARTER.start - timedelta(days=91), QUARTER.end - timedelta(days=91)
    early, one, other, checked, late = (
        JobFactory(started_on=day) for day in (first - timedelta(days=1), first, last, last, last + timedelta(days=1))
    )
    EmploymentCheckFactory(job=checked, week=CheckWeek.WEEK_13, in_work=False)
    EmploymentCheckFactory(job=other, week=CheckWeek.WEEK_26)

    assert [each.pk for each in found("week-13")] == [one.pk, other.pk]
    assert {early.pk, late.pk}.isdisjoint(each.pk for each in found("week-13"))


def test_what_nothing_proves_is_in_doubt(found: Callable[[str], list[Any]]) -> None:
    job = JobFactory(started_on=QUARTER.start, evidence=Evidence.NONE)
    proven = JobFactory(started_on=QUARTER.start, evidence=Evidence.PAYSLIP)
    JobFactory(started_on=QUARTER.start - timedelta(days=1), evidence=Evidence.NONE)
    check = EmploymentCheckFactory(job=job, checked_on=QUARTER.end, in_work=True, evidence=Evidence.NONE)
    EmploymentCheckFactory(job=proven, checked_on=QUARTER.end, in_work=True, evidence=Evidence.PAYSLIP)
    EmploymentCheckFactory(job=proven, checked_on=QUARTER.end, in_work=False, evidence=Evidence.NONE)

    assert [each.pk for each in found("job-evidence")] == [job.pk]
    assert [each.pk for each in found("check-evidence")] == [check.pk]


def test_jobs_of_one_person_and_employer_within_28_days_may_be_one(found: Callable[[str], list[Any]]) -> None:
    client, other, employer = ClientFactory(), ClientFactory(), EmployerFactory()
    first = JobFactory(client=client, employer=employer, started_on="2007-05-01")
    again = JobFactory(client=client, employer=employer, started_on="2007-05-29")
    JobFactory(client=client, employer=employer, started_on="2007-06-27")
    JobFactory(client=client, employer=EmployerFactory(), started_on="2007-05-02")
    JobFactory(client=other, employer=employer, started_on="2007-05-02")
    JobFactory(client=other, employer=None, started_on="2007-05-10")
    on_their_own = JobFactory(client=other, employer=None, started_on="2007-05-10")

    assert [each.pk for each in found("double-counts")] == [on_their_own.pk, again.pk]
    assert first.pk != again.pk


def test_only_the_latest_observation_of_a_place_can_be_out_of_date(found: Callable[[str], list[Any]]) -> None:
    old = ObservationFactory(area="North", as_at="2006-09-29")
    ObservationFactory(area="North", as_at="2005-01-01")
    ObservationFactory(area="South", as_at="2005-01-01")
    ObservationFactory(area="South", as_at="2006-09-30")
    since = ObservationFactory(area_kind=AreaKind.CONSORTIUM, area="", as_at="2006-01-01")
    ObservationFactory(area_kind=AreaKind.CONSORTIUM, area="", as_at="2007-10-01")

    assert {each.pk for each in found("observations")} == {old.pk, since.pk}


def test_the_plan_is_looked_through_too(found: Callable[[str], list[Any]], filed: Return) -> None:
    late = MilestoneFactory(due_on=date(2007, 9, 1))
    slipping = MilestoneFactory(title="Centre open", due_on=date(2007, 12, 1), forecast_on=date(2008, 1, 1))
    other_plan = MilestoneFactory(title=" centre OPEN", due_on=date(2008, 12, 1))
    MilestoneFactory(due_on=date(2007, 9, 1), mitigation="A second team")
    MilestoneFactory(due_on=date(2007, 9, 1), achieved_on=date(2007, 9, 10))
    risk, never = RiskFactory(title="A", reviewed_on=date(2007, 6, 30)), RiskFactory(title="B")
    RiskFactory(reviewed_on=date(2007, 7, 1))
    RiskFactory(status=RiskStatus.CLOSED)
    written, silent = ObjectiveFactory(), ObjectiveFactory()
    NarrativeFactory(filed=filed, objective=written)
    NarrativeFactory(filed=Return.objects.exclude(pk=filed.pk).get(), objective=silent)

    assert found("remedies") == [late, slipping]
    assert found("conflicts") == [slipping, other_plan]
    assert found("risks") == [risk, never]
    assert found("narratives") == [silent]


def test_a_contract_that_runs_has_a_profile_of_spend_in_the_year(found: Callable[[str], list[Any]]) -> None:
    planned, outputs_only, last_years, ended = (ContractFactory() for _ in range(4))
    ContractProfileFactory(contract=planned, month=date(2008, 3, 1))
    ContractProfileFactory(contract=outputs_only, kind=ProfileKind.OUTPUT, month=date(2007, 9, 1))
    ContractProfileFactory(contract=last_years, month=date(2007, 3, 1))
    type(ended).objects.filter(pk=ended.pk).update(ends_on=date(2007, 9, 29))

    assert found("profiles") == [outputs_only, last_years]


def numbers(filed: Return, staff: StaffMember) -> dict[str, int]:
    return {each.problem.code: each.number for each in problems_of(filed, staff)}


def test_everybody_counts_and_opens_what_they_may_open_only(
    filed: Return, monitoring_officer: StaffMember, organisation: Organisation
) -> None:
    ours = ClientFactory(organisation=organisation, family_name="Oursley", registered_on="2007-05-01")
    theirs = ClientFactory(family_name="Theirsby", registered_on="2007-05-01")
    manager = StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER)
    viewer = StaffFactory(organisation=organisation, role=Role.VIEWER)
    page = reverse("reporting:problem", args=[filed.uid, "area"])

    assert numbers(filed, monitoring_officer)["area"] == 2
    assert numbers(filed, manager)["area"] == 1
    assert "area" not in numbers(filed, viewer)
    shown = signed_in(manager).get(page).content.decode()
    assert reverse("caseload:client", args=[ours.uid]) in shown
    assert theirs.family_name not in shown
    assert signed_in(viewer).get(page).status_code == 404


def give(filed: Return, problem: Problem, *, to: StaffMember | None, by: StaffMember) -> None:
    give_problem(filed, problem, to=to, seen=mark_of(holder_of(filed, problem)), by=by)


def test_of_two_who_give_a_problem_the_second_is_told_and_what_they_chose_is_kept(
    filed: Return, monitoring_officer: StaffMember, commissioner: StaffMember
) -> None:
    RiskFactory()
    problem = problem_called("risks")
    assert problem is not None
    page = reverse("reporting:problem", args=[filed.uid, "risks"])
    browser, other = (
        signed_in(monitoring_officer),
        StaffFactory(organisation=monitoring_officer.organisation, role=Role.MONITORING_OFFICER),
    )
    opened = {"holder": str(other.uid), "seen": ""}
    give(filed, problem, to=commissioner, by=other)

    refused = browser.post(page, opened).content.decode()

    assert f"{commissioner.name} has it now: that was changed while you had the page open" in refused
    assert f'value="{other.uid}" selected' in refused
    assert filed.problem_holders.get().holder == commissioner
    again = re.search(r'name="seen" value="([^"]+)"', refused)
    assert again is not None
    browser.post(page, {**opened, "seen": again[1]})
    assert filed.problem_holders.get().holder == other
    give(filed, problem, to=None, by=other)
    assert "obody has it any more" in browser.post(page, {**opened, "seen": again[1]}).content.decode()


def test_today_counts_what_one_has_to_mend_and_leads_there(
    filed: Return, monitoring_officer: StaffMember, commissioner: StaffMember
) -> None:
    for _ in range(3):
        RiskFactory()
    problem = problem_called("risks")
    assert problem is not None
    page = reverse("reporting:problem", args=[filed.uid, "risks"])
    assert "to mend" not in signed_in(commissioner).get("/").content.decode()

    give(filed, problem, to=commissioner, by=monitoring_officer)

    today = signed_in(commissioner).get("/").content.decode()
    assert "records to mend before a return" in today
    assert page in today
    assert "to mend" not in signed_in(monitoring_officer).get("/").content.decode()


def test_a_problem_is_given_told_and_done_by_itself(
    filed: Return, monitoring_officer: StaffMember, commissioner: StaffMember
) -> None:
    risk, other = RiskFactory(), RiskFactory()
    browser = signed_in(monitoring_officer)
    page = reverse("reporting:problem", args=[filed.uid, "risks"])

    browser.post(page, {"holder": str(commissioner.uid)})
    browser.post(page, {"holder": str(commissioner.uid)})

    assert [each.link for each in Notice.objects.filter(staff=commissioner)] == [page]
    assert [(held.problem, number) for held, number in held_by(commissioner)] == [("risks", 2)]
    assert "Yours to mend" in signed_in(commissioner).get(reverse("reporting:returns")).content.decode()
    assert "Yours to mend" not in browser.get(reverse("reporting:returns")).content.decode()
    type(risk).objects.filter(pk=risk.pk).update(reviewed_on=date(2007, 8, 1))
    assert [number for _, number in held_by(commissioner)] == [1]
    type(other).objects.filter(pk=other.pk).update(reviewed_on=date(2007, 8, 1))
    assert held_by(commissioner) == []
    shown = browser.get(reverse("reporting:problems", args=[filed.uid])).content.decode()
    assert f"({commissioner.name} had it)" in shown


def test_another_takes_over_and_nobody_has_it_in_the_end(
    filed: Return, monitoring_officer: StaffMember, commissioner: StaffMember
) -> None:
    RiskFactory()
    problem = problem_called("risks")
    assert problem is not None

    give(filed, problem, to=commissioner, by=monitoring_officer)
    give(filed, problem, to=monitoring_officer, by=monitoring_officer)

    assert held_by(commissioner) == []
    assert len(held_by(monitoring_officer)) == 1
    Return.objects.filter(pk=filed.pk).update(state=ReturnState.SENT_BACK)
    assert len(held_by(monitoring_officer)) == 1
    give(filed, problem, to=None, by=monitoring_officer)
    assert held_by(monitoring_officer) == []


def test_nobody_is_given_what_they_could_not_open_and_only_who_builds_gives(
    filed: Return, monitoring_officer: StaffMember, commissioner: StaffMember, organisation: Organisation
) -> None:
    problem = problem_called("area")
    assert problem is not None

    with pytest.raises(CaseloadError, match="whose role opens"):
        give(filed, problem, to=commissioner, by=monitoring_officer)
    with pytest.raises(NotAllowed):
        give(filed, problem, to=monitoring_officer, by=commissioner)
    assert not filed.problem_holders.exists()


def test_the_pages_take_few_queries(filed: Return, monitoring_officer: StaffMember) -> None:
    for _ in range(6):
        JobFactory(started_on=QUARTER.start, evidence=Evidence.NONE, client=ClientFactory(registered_on="2007-05-01"))
        RiskFactory()
    browser = signed_in(monitoring_officer)
    pages = [reverse("reporting:problems", args=[filed.uid])]
    pages += [reverse("reporting:problem", args=[filed.uid, each.code]) for each in PROBLEMS]
    counts = {}
    for page in pages:
        browser.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page).status_code == 200
        counts[page] = len(
            [each for each in asked if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]]
        )

    assert max(counts.values()) <= 15, counts


def test_another_consortium_finds_none_of_it(filed: Return, other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)

    assert signed_in(officer).get(reverse("reporting:problems", args=[filed.uid])).status_code == 404
    assert signed_in(officer).get(reverse("reporting:problem", args=[filed.uid, "risks"])).status_code == 404
