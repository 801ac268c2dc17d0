"""What people write and see around a return's count: narratives, forecasts, spend, milestones and risks (REP-07)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissioning.enums import ProfileKind
from partners.enums import JobState, Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import BackgroundJob, Consortium, StaffMember
from partners.platform.records.keeping import keeper_of
from partners.platform.records.kinds import kind_of
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState, RiskStatus
from reporting.models import Forecast, Narrative, Return, ReturnBuild
from reporting.queries.report import forecast_table, milestones, narratives, risks, spend, word_count
from reporting.services.forecasts import set_forecasts
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ExpenditureFactory,
    FundingStreamFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import (
    MilestoneFactory,
    NarrativeFactory,
    ObjectiveFactory,
    ReturnFactory,
    RiskFactory,
)

QUARTER = Quarter(2007, 2)
DURING = date(2007, 8, 1)


@pytest.fixture
def filed(scope: Consortium) -> Return:
    """The return of 2007-08 Q2; others of other quarters and kinds stand beside it."""
    ReturnFactory(kind="journey", quarter=str(QUARTER))
    ReturnFactory(quarter=str(QUARTER.after))
    return ReturnFactory(quarter=str(QUARTER))


@pytest.fixture
def running(scope: Consortium) -> Return:
    """A return of the quarter of today."""
    return ReturnFactory(kind="journey", quarter=str(Quarter.of(timezone.localdate())))


def lock(filed: Return, state: str = ReturnState.IN_SIGN_OFF) -> None:
    Return.objects.filter(pk=filed.pk).update(state=state)
    filed.refresh_from_db()


def test_each_objective_has_its_words_beside_those_of_the_quarter_before(filed: Return) -> None:
    first, second, third = (ObjectiveFactory() for _ in range(3))
    before = ReturnFactory(quarter=str(QUARTER.before))
    NarrativeFactory(filed=filed, objective=second, body="One centre  opened.\nTwo more are planned")
    NarrativeFactory(filed=before, objective=second, body="The lease was signed")
    NarrativeFactory(filed=before, objective=third, body="Nothing yet")
    NarrativeFactory(filed=ReturnFactory(kind="journey", quarter=str(QUARTER.before)), objective=first)

    found = narratives(filed)

    assert [(each.objective, each.body, each.before) for each in found] == [
        (first, "", ""),
        (second, "One centre  opened.\nTwo more are planned", "The lease was signed"),
        (third, "", "Nothing yet"),
    ]
    assert [each.words for each in found] == [0, 7, 0]


def test_words_are_what_stands_between_blanks() -> None:
    assert word_count(" Job-starts rose\n by 12%,  to 40. ") == 6


def test_a_narrative_is_too_long_by_the_packs_limit_only(filed: Return) -> None:
    NarrativeFactory(filed=filed, body="Four words stand here")
    assert not narratives(filed)[0].is_too_long

    filed.consortium.pack_data = {"returns": [{"code": "leap", "most_words": 3}, {"code": "journey", "most_words": 9}]}

    assert narratives(filed)[0].is_too_long


def test_writing_leads_back_to_the_report_which_shows_it(filed: Return, monitoring_officer: StaffMember) -> None:
    objective = ObjectiveFactory()
    NarrativeFactory(filed=ReturnFactory(quarter=str(QUARTER.before)), objective=objective, body="Said before")
    browser = signed_in(monitoring_officer)
    report = reverse("reporting:report", args=[filed.uid])
    page = f"{reverse('reporting:write-narrative')}?filed={filed.uid}&objective={objective.uid}"

    assert page in browser.get(report).content.decode().replace("&amp;", "&")
    assert "Said before" in browser.get(page).content.decode()
    answer = browser.post(page, {"filed": filed.uid, "objective": objective.uid, "body": "A hundred visits"})

    assert answer.headers["Location"] == report
    assert "A hundred visits" in browser.get(report).content.decode()


def test_of_two_windows_that_write_the_second_is_shown_the_firsts_words_and_keeps_its_own(
    filed: Return, monitoring_officer: StaffMember
) -> None:
    objective = ObjectiveFactory()
    NarrativeFactory(filed=filed)
    browser = signed_in(monitoring_officer)
    page = f"{reverse('reporting:write-narrative')}?filed={filed.uid}&objective={objective.uid}"
    typed_ = {"filed": filed.uid, "objective": objective.uid}
    browser.post(page, {**typed_, "body": "The words of the first"})

    second = browser.post(page, {**typed_, "body": "The words of the second"}).content.decode()

    written = Narrative.objects.get(objective=objective)
    assert written.body == "The words of the first"
    assert "says something of this objective already" in second
    assert "The words of the first" in second
    assert "The words of the second" in second
    assert reverse("reporting:change-narrative", args=[written.uid]) in second


@pytest.mark.parametrize("state", [ReturnState.IN_SIGN_OFF, ReturnState.SIGNED])
def test_nothing_is_written_while_the_return_is_locked(
    filed: Return, monitoring_officer: StaffMember, state: ReturnState
) -> None:
    narrative, other = NarrativeFactory(filed=filed), NarrativeFactory(filed=ReturnFactory())
    kind = kind_of(Narrative)
    assert kind is not None
    keeper = keeper_of(kind)
    if state == ReturnState.SIGNED:
        sign(filed)
    else:
        lock(filed)

    with pytest.raises(NotAllowed):
        keeper.change(narrative, {"body": "Other words"}, version=1, by=monitoring_officer)
    with pytest.raises(NotAllowed):
        keeper.remove(narrative, reason="Wrong", version=1, by=monitoring_officer)
    with pytest.raises(NotAllowed):
        keeper.add({"filed": filed, "objective": ObjectiveFactory(), "body": "New"}, by=monitoring_officer)
    with pytest.raises(CaseloadError):
        keeper.change(other, {"filed": filed}, version=1, by=monitoring_officer)
    keeper.change(other, {"body": "Other words"}, version=1, by=monitoring_officer)


def sign(filed: Return) -> None:
    job = BackgroundJob.objects.create(kind="return", title="A return", state=JobState.DONE)
    build = ReturnBuild.objects.create(filed=filed, job=job)
    signed = {"state": ReturnState.SIGNED, "signed_build": build, "signed_at": timezone.now(), "own_hash": "5e" * 32}
    Return.objects.filter(pk=filed.pk).update(**signed)
    filed.refresh_from_db()


def test_a_return_that_was_opened_before_it_was_locked_is_not_written(
    filed: Return, monitoring_officer: StaffMember
) -> None:
    narrative = NarrativeFactory(filed=filed)
    opened = Narrative.objects.select_related("filed").get(pk=narrative.pk)
    assert opened.filed.state == ReturnState.DRAFT
    lock(filed)
    kind = kind_of(Narrative)
    assert kind is not None

    with pytest.raises(NotAllowed):
        keeper_of(kind).change(opened, {"body": "Other words"}, version=1, by=monitoring_officer)


def forecast(filed: Return, by: StaffMember, today: date = DURING, **more: Any) -> int:
    asked = {"quarter": QUARTER, "values": {}, "seen": {}, **more}
    return set_forecasts(filed=filed, by=by, today=today, **asked)


def test_all_forecasts_are_stored_in_one_go_and_one_is_taken_back(
    filed: Return, monitoring_officer: StaffMember
) -> None:
    Forecast.objects.create(line="kpi_1", quarter=str(QUARTER), value=4)
    Forecast.objects.create(line="kpi_2", quarter=str(QUARTER), value=7)
    Forecast.objects.create(line="kpi_2", quarter=str(QUARTER.before), value=6)
    seen = {"kpi_1": Decimal(4), "kpi_2": Decimal(7)}

    number = forecast(
        filed, monitoring_officer, values={"kpi_1": None, "kpi_2": Decimal(7), "kpi_3": Decimal("2.5")}, seen=seen
    )

    table = {line.code: (line.before, line.this, line.next) for line in forecast_table(filed).lines}
    assert number == 2
    assert [table[code] for code in ("kpi_1", "kpi_2", "kpi_3")] == [
        (None, None, None),
        (6, 7, None),
        (None, 2.5, None),
    ]


def test_a_forecast_below_zero_is_refused_beside_its_line_and_none_is_stored(
    filed: Return, monitoring_officer: StaffMember
) -> None:
    with pytest.raises(CaseloadError) as refusal:
        forecast(filed, monitoring_officer, values={"kpi_1": Decimal(3), "kpi_2": Decimal(-5), "kpi_8": Decimal(-2)})

    assert list(refusal.value.fields) == ["kpi_2"]
    assert not Forecast.objects.exists()


def test_a_quarter_that_has_ended_is_not_forecast(filed: Return, monitoring_officer: StaffMember) -> None:
    with pytest.raises(CaseloadError, match="ended on 30 September 2007"):
        forecast(filed, monitoring_officer, today=date(2007, 10, 1), values={"kpi_1": Decimal(3)})


def test_of_two_windows_the_second_is_shown_what_the_first_stored(
    filed: Return, monitoring_officer: StaffMember
) -> None:
    forecast(filed, monitoring_officer, values={"kpi_1": Decimal(3), "kpi_2": Decimal(8)})

    with pytest.raises(CaseloadError, match="stored 3 here"):
        forecast(filed, monitoring_officer, values={"kpi_1": Decimal(5), "kpi_3": Decimal(9)})
    forecast(filed, monitoring_officer, values={"kpi_2": None, "kpi_3": Decimal(9)})

    stored = dict(Forecast.objects.values_list("line", "value"))
    assert stored == {"kpi_1": 3, "kpi_2": 8, "kpi_3": 9}


@pytest.mark.parametrize(
    ("quarter", "state", "is_refused"),
    [
        (QUARTER, ReturnState.IN_SIGN_OFF, True),
        (QUARTER, ReturnState.SIGNED, True),
        (QUARTER, ReturnState.SENT_BACK, False),
        (QUARTER.before, ReturnState.IN_SIGN_OFF, True),
        (QUARTER.before, ReturnState.SIGNED, False),
    ],
)
def test_forecasts_that_a_return_in_sign_off_prints_stay(
    filed: Return, monitoring_officer: StaffMember, quarter: Quarter, state: ReturnState, *, is_refused: bool
) -> None:
    printing = filed if quarter == QUARTER else ReturnFactory(quarter=str(quarter))
    lock(ReturnFactory(kind="journey", quarter=str(QUARTER.before)))
    if state == ReturnState.SIGNED:
        sign(printing)
    else:
        lock(printing, state)

    if is_refused:
        with pytest.raises(CaseloadError, match="what it says is not changed"):
            forecast(filed, monitoring_officer, values={"kpi_1": Decimal(3)})
    else:
        forecast(filed, monitoring_officer, values={"kpi_1": Decimal(3)})
    assert Forecast.objects.exists() != is_refused


def test_only_who_builds_returns_forecasts(filed: Return, organisation: Any) -> None:
    with pytest.raises(NotAllowed):
        forecast(filed, StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER))


def typed(**lines: tuple[str, str]) -> dict[str, str]:
    return {key: value for line, (seen, now) in lines.items() for key, value in ((f"seen-{line}", seen), (line, now))}


def test_the_page_has_every_line_with_the_last_forecast_and_keeps_what_was_typed(
    running: Return, monitoring_officer: StaffMember
) -> None:
    quarter = Quarter.of(timezone.localdate())
    Forecast.objects.create(line="journey_engaged", quarter=str(quarter.before), value=77)
    Forecast.objects.create(line="journey_assessed", quarter=str(quarter), value=41)
    browser = signed_in(monitoring_officer)
    page = reverse("reporting:forecast", args=[running.uid])

    opened = browser.get(page).content.decode()
    refused = browser.post(
        page, typed(journey_engaged=("", "-5"), journey_assessed=("40", "44"), journey_job_ready=("", "12"))
    ).content.decode()
    again = browser.post(
        page, typed(journey_engaged=("", "5"), journey_assessed=("41", "44"), journey_job_ready=("", "12"))
    )

    assert "77" in opened
    assert 'value="41"' in opened
    assert "a forecast of 0 or more" in refused
    assert 'value="12"' in refused
    assert again.headers["Location"] == reverse("reporting:report", args=[running.uid])
    stored = dict(Forecast.objects.filter(quarter=str(quarter)).values_list("line", "value"))
    assert stored == {"journey_engaged": 5, "journey_assessed": 44, "journey_job_ready": 12}


def test_a_second_window_sees_the_first_and_saves_over_it_knowingly(
    running: Return, monitoring_officer: StaffMember
) -> None:
    quarter = str(Quarter.of(timezone.localdate()))
    browser = signed_in(monitoring_officer)
    page = reverse("reporting:forecast", args=[running.uid])
    browser.post(page, typed(journey_engaged=("", "60"), journey_assessed=("", "50")))

    refused = browser.post(page, typed(journey_engaged=("", "65"))).content.decode()
    assert "stored 60 here" in refused
    shown = dict(re.findall(r'name="([\w-]+)"[^>]*? value="(\w+)"', refused))
    assert (shown["seen-journey_engaged"], shown["journey_engaged"], shown["journey_assessed"]) == ("60", "65", "50")
    answer = browser.post(page, typed(journey_engaged=("60", "65"), journey_assessed=("50", "50")))

    assert answer.status_code == 302
    stored = dict(Forecast.objects.filter(quarter=quarter).values_list("line", "value"))
    assert stored == {"journey_engaged": 65, "journey_assessed": 50}


def test_spend_is_by_stream_up_to_the_quarters_end_and_expected_to_the_years(filed: Return) -> None:
    first, second = FundingStreamFactory(name="ESF"), FundingStreamFactory(name="DAF")
    one, two, other = (ContractFactory(funding_stream=stream) for stream in (first, first, second))
    FundingStreamFactory(name="Idle")
    for contract, day, amount, eligible in (
        (one, date(2007, 3, 31), 50, None),
        (one, date(2007, 4, 1), 100, True),
        (two, date(2007, 9, 30), 25, None),
        (two, date(2007, 9, 30), 7, False),
        (two, date(2007, 10, 1), 1000, True),
        (other, date(2007, 5, 1), -5, True),
    ):
        ExpenditureFactory(contract=contract, incurred_on=day, amount=amount, eligible=eligible)
    for contract, month, planned in (
        (one, date(2007, 3, 1), 900),
        (one, date(2007, 9, 1), 40),
        (two, date(2007, 10, 1), 60),
        (two, date(2008, 3, 1), 30),
        (two, date(2008, 4, 1), 800),
    ):
        ContractProfileFactory(contract=contract, month=month, planned=planned)
    ContractProfileFactory(contract=one, month=date(2007, 5, 1), kind=ProfileKind.OUTPUT, indicator="kpi_1", planned=9)

    found = spend(filed)

    esf = next(each for each in found.streams if each.title == "ESF")
    assert [each.title for each in found.streams] == ["DAF", "ESF"]
    assert (esf.spent, esf.ineligible, esf.spent_since_start) == (125, 7, 175)
    assert (esf.profiled, esf.still_profiled, esf.year_end, esf.variance) == (40, 90, 215, 85)
    assert (found.total.spent, found.total.year_end) == (120, 210)


@pytest.mark.parametrize(("role", "reads"), [(Role.FINANCE_OFFICER, True), (Role.PROJECT_MANAGER, False)])
def test_a_provider_does_not_read_its_rivals_money(
    filed: Return, city_council: Any, role: Role, *, reads: bool
) -> None:
    ExpenditureFactory(amount=4321, incurred_on=date(2007, 5, 1))
    of_provider = StaffFactory(role=role) if role == Role.PROJECT_MANAGER else None
    person = of_provider or StaffFactory(organisation=city_council, role=role)

    page = signed_in(person).get(reverse("reporting:report", args=[filed.uid])).content.decode()

    assert ("£4,321.00" in page) == reads


def test_milestones_say_how_late_they_are_and_what_is_done(filed: Return) -> None:
    reached = MilestoneFactory(due_on=date(2007, 6, 30), achieved_on=date(2007, 7, 10))
    late = MilestoneFactory(due_on=date(2007, 9, 1))
    slipping = MilestoneFactory(due_on=date(2007, 12, 1), forecast_on=date(2008, 1, 1), mitigation="A second team")
    reached_since = MilestoneFactory(due_on=date(2007, 9, 20), achieved_on=date(2007, 10, 5))
    MilestoneFactory(due_on=date(2007, 6, 1), achieved_on=date(2007, 6, 30))
    MilestoneFactory(due_on=date(2008, 10, 1))

    found = {each.milestone: each for each in milestones(filed)}

    assert list(found) == [reached, late, reached_since, slipping]
    assert [each.slippage for each in found.values()] == [10, 29, 10, 31]
    assert [each.is_late for each in found.values()] == [False, True, True, False]
    assert [each.lacks_remedy for each in found.values()] == [False, True, True, False]


def test_milestones_of_one_name_with_two_days_are_a_conflict_of_plans(filed: Return) -> None:
    city = MilestoneFactory(title="Pilot centres are open", due_on=date(2007, 12, 1))
    area = MilestoneFactory(title="Pilot Centres  are open", due_on=date(2008, 3, 31))
    MilestoneFactory(title="Pilot centres are staffed", due_on=date(2008, 1, 31))

    found = {each.milestone: each.conflicts for each in milestones(filed)}

    assert found[city] == (area.due_on,)
    assert found[area] == (city.due_on,)
    assert sum(bool(days) for days in found.values()) == 2


def test_risks_say_whether_they_were_reviewed_since_the_quarter_began(filed: Return) -> None:
    old = RiskFactory(reviewed_on=date(2007, 6, 30))
    new = RiskFactory(reviewed_on=date(2007, 7, 1))
    never = RiskFactory()
    closed = RiskFactory(status=RiskStatus.CLOSED, reviewed_on=date(2007, 8, 1))
    RiskFactory(status=RiskStatus.CLOSED, reviewed_on=date(2007, 1, 1))

    assert [(each.risk, each.is_reviewed) for each in risks(filed)] == [
        (old, False),
        (new, True),
        (never, False),
        (closed, True),
    ]


def test_the_report_takes_few_queries_however_much_there_is(filed: Return, monitoring_officer: StaffMember) -> None:
    for number in range(8):
        NarrativeFactory(filed=filed)
        MilestoneFactory(due_on=date(2007, 9, 1) + timedelta(days=number))
        RiskFactory()
        ExpenditureFactory(incurred_on=date(2007, 5, 1))
        ContractProfileFactory()
    browser, page = signed_in(monitoring_officer), reverse("reporting:report", args=[filed.uid])
    browser.get(page)

    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page).status_code == 200

    assert len([each for each in asked if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]]) <= 15


def test_another_consortiums_report_is_not_found(filed: Return, other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        council = OrganisationFactory(accountable_body=True)
        officer = StaffFactory(organisation=council, role=Role.MONITORING_OFFICER)

    for page in ("report", "forecast"):
        assert signed_in(officer).get(reverse(f"reporting:{page}", args=[filed.uid])).status_code == 404
