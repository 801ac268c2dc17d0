"""The calendar of what is due, its file, the monitoring officer's Today, and reminders (REP-07, REP-12, REP-13)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.models import Consortium, Notice, SignOff, StaffMember
from partners.platform.tenancy.scope import in_consortium
from partners.signals import daily_upkeep
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState
from reporting.models import Return
from reporting.queries.calendar import Due, calendar_of, steps_due
from reporting.views.calendar import as_ical
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import MilestoneFactory, ReturnFactory, RiskFactory

TODAY = date(2007, 7, 9)  # a Monday, nine days after the quarter's end
STEPS = (
    ("compile", "Monitoring officer", "monitoring_officer", 10),
    ("check", "Finance team", "finance_officer", 5),
    ("sign_off", "Head of finance", "head_of_finance", None),
)
PACK: dict[str, Any] = {
    "returns": [
        {"code": "leap", "title": "Quarterly return", "chain": "quarterly"},
        {"code": "journey", "title": "Client journeys", "chain": None},
    ],
    "sign_off": [
        {
            "code": "quarterly",
            "steps": [
                {"order": place, "action": action, "post": post, "role": role, "named": False, "working_days": days}
                for place, (action, post, role, days) in enumerate(STEPS, 1)
            ],
        }
    ],
}


@pytest.fixture
def partnership(scope: Consortium) -> Consortium:
    scope.pack_data, scope.programme_start = PACK, date(2007, 4, 1)
    scope.save()
    return scope


def begun(filed: Return, *, position: int, due_on: date, round_: int = 1) -> SignOff:
    return SignOff.objects.create(
        subject_kind="reporting.return",
        subject_id=filed.pk,
        chain="quarterly",
        position=position,
        due_on=due_on,
        round=round_,
    )


def of_quarter(quarter: str, consortium: Consortium) -> list[tuple[date, str, str]]:
    found = [each for each in steps_due(consortium, today=TODAY) if str(each.quarter) == quarter]
    return [(each.on, each.who, each.state(TODAY)) for each in found]


def test_each_step_is_due_its_working_days_after_the_one_before(partnership: Consortium) -> None:
    quarters = sorted({str(each.quarter) for each in steps_due(partnership, today=TODAY)})

    assert quarters == ["2007-08-Q1", "2007-08-Q2", "2007-08-Q3", "2007-08-Q4", "2008-09-Q1"]
    assert of_quarter("2007-08-Q1", partnership) == [
        (date(2007, 7, 13), "Monitoring officer", "Coming"),
        (date(2007, 7, 20), "Finance team", "Coming"),
        (date(2007, 7, 20), "Head of finance", "Coming"),
    ]


def test_what_is_done_waits_or_is_late_says_so(partnership: Consortium) -> None:
    begun(ReturnFactory(quarter="2007-08-Q1", state=ReturnState.IN_SIGN_OFF), position=2, due_on=date(2007, 7, 11))
    ReturnFactory(quarter="2007-08-Q2")
    ReturnFactory(kind="journey", quarter="2007-08-Q1")
    ReturnFactory(quarter="2006-07-Q3")

    assert of_quarter("2007-08-Q1", partnership) == [
        (date(2007, 7, 13), "Monitoring officer", "Done"),
        (date(2007, 7, 11), "Finance team", "Waits now"),
        (date(2007, 7, 11), "Head of finance", "Coming"),
    ]
    assert [state for _, _, state in of_quarter("2006-07-Q3", partnership)] == ["Late"] * 3


def test_the_calendar_has_milestones_and_risks_of_a_year(partnership: Consortium) -> None:
    late, coming = MilestoneFactory(due_on=date(2007, 6, 1)), MilestoneFactory(due_on=date(2008, 7, 8))
    MilestoneFactory(due_on=date(2008, 7, 10))
    MilestoneFactory(due_on=date(2007, 8, 1), achieved_on=date(2007, 7, 1))
    old = RiskFactory(reviewed_on=date(2007, 6, 30), owner="Programme manager")
    RiskFactory(reviewed_on=date(2007, 7, 2))

    found = calendar_of(partnership, today=TODAY)

    records = [(each.record, each.on, each.state(TODAY)) for each in found if each.record is not None]
    assert records == [
        (late, date(2007, 6, 1), "Late"),
        (old, date(2007, 9, 30), "Coming"),
        (coming, date(2008, 7, 8), "Coming"),
    ]
    assert [each.on for each in found] == sorted(each.on for each in found)


def test_a_partnership_without_a_chain_has_no_steps(scope: Consortium) -> None:
    assert steps_due(scope, today=TODAY) == []


def remind(consortium: Consortium, today: date) -> list[tuple[StaffMember, str]]:
    Notice.objects.update(read_at=timezone.now())
    before = set(Notice.objects.values_list("pk", flat=True))
    for _ in range(2):
        daily_upkeep.send(None, consortium_id=consortium.pk, today=today)
    told = Notice.objects.exclude(pk__in=before).select_related("staff").order_by("pk")
    return [(each.staff, each.words) for each in told]


def test_who_can_do_the_next_step_is_reminded_once_when_soon_and_once_when_late(
    partnership: Consortium, monitoring_officer: StaffMember
) -> None:
    StaffFactory(role=Role.MONITORING_OFFICER)
    StaffFactory(organisation=monitoring_officer.organisation, role=Role.FINANCE_OFFICER)

    assert remind(partnership, date(2007, 6, 29)) == []
    ((told, words),) = remind(partnership, TODAY)
    assert told == monitoring_officer
    assert "Q1: compile is due on 13 July 2007." in words
    assert remind(partnership, date(2007, 7, 13)) == []
    ((told, words),) = remind(partnership, date(2007, 7, 14))
    assert told == monitoring_officer
    assert "was due on 13 July 2007." in words
    assert remind(partnership, date(2007, 7, 15)) == []


def test_a_step_that_waits_reminds_its_people_again_in_a_new_round(
    partnership: Consortium, monitoring_officer: StaffMember
) -> None:
    finance = StaffFactory(organisation=monitoring_officer.organisation, role=Role.FINANCE_OFFICER)
    filed = ReturnFactory(quarter="2007-08-Q1", state=ReturnState.IN_SIGN_OFF)
    sign_off = begun(filed, position=2, due_on=date(2007, 7, 16))

    ((told, _),) = remind(partnership, TODAY)
    assert told == finance
    assert Notice.objects.get().link == reverse("reporting:return", args=[filed.uid])
    SignOff.objects.filter(pk=sign_off.pk).update(round=2)
    ((told, _),) = remind(partnership, TODAY)
    assert told == finance


def test_the_page_the_file_and_today_show_it(partnership: Consortium, monitoring_officer: StaffMember) -> None:
    today = timezone.localdate()
    last = Quarter.of(today).before
    filed = ReturnFactory(quarter=str(last))
    RiskFactory(title="No, staff; none")
    browser = signed_in(monitoring_officer)

    page = browser.get(reverse("reporting:calendar")).content.decode()
    file = browser.get(reverse("reporting:calendar-file"))
    home = browser.get(reverse("home")).content.decode()

    assert reverse("reporting:return", args=[filed.uid]) in page
    assert "Review of the risk: No, staff; none" in page
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Review of the risk: No\\, staff\\; none\r\n" in file.content.decode()
    assert f"{last.name}: compile" in home
    assert f"{last.name}: check" not in home
    assert f"{last.name}: check" in page
    assert "The calendar of the year" in home


def test_a_long_line_of_the_file_is_folded_between_characters() -> None:
    file = as_ical("here", [Due(on=TODAY, what="é" * 100)], stamp="20070709T120000Z").decode()

    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "é" * 100 in file.replace("\r\n ", "")


def test_the_calendar_takes_few_queries(partnership: Consortium, monitoring_officer: StaffMember) -> None:
    for number in range(6):
        MilestoneFactory(due_on=timezone.localdate())
        RiskFactory()
        ReturnFactory(quarter=f"200{number}-0{number + 1}-Q1")
    browser, page = signed_in(monitoring_officer), reverse("reporting:calendar")
    browser.get(page)

    with CaptureQueriesContext(connection) as asked:
        browser.get(page)

    assert len([each for each in asked if "set_config" not in each["sql"] and "SAVEPOINT" not in each["sql"]]) <= 15


def test_another_consortiums_calendar_knows_none_of_it(
    partnership: Consortium, monitoring_officer: StaffMember, other_consortium: Consortium
) -> None:
    milestone = MilestoneFactory(title="Ours alone", due_on=timezone.localdate())
    with in_consortium(other_consortium.pk):
        officer = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=Role.MONITORING_OFFICER)

    assert milestone.title in signed_in(monitoring_officer).get(reverse("reporting:calendar")).content.decode()
    assert milestone.title not in signed_in(officer).get(reverse("reporting:calendar")).content.decode()
