"""What is forecast of spend by stream and quarter stands beside what profiles plan for it (REP-07, item 4)."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning.enums import ProfileKind
from commissioning.models import FundingStream
from partners.enums import Role
from partners.errors import CaseloadError, NotAllowed
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from reporting.counting.windows import Quarter
from reporting.documents.around import Listing, around_of
from reporting.documents.content import ReportContent, content_counted
from reporting.documents.pdf import data_for_pdf
from reporting.documents.workbook import render_xlsx
from reporting.enums import ReturnState
from reporting.indicators.kinds import KINDS
from reporting.models import Return, SpendForecast
from reporting.queries.report import spend
from reporting.services.forecasts import set_spend_forecasts
from reporting.services.freezing import report_of
from tests.conftest import signed_in
from tests.factories.commissioning import ContractFactory, ContractProfileFactory, FundingStreamFactory
from tests.factories.partners import OrganisationFactory, StaffFactory
from tests.factories.reporting import ReturnFactory

QUARTER = Quarter(2007, 2)
DURING = date(2007, 8, 1)


@pytest.fixture
def filed(scope: Consortium) -> Return:
    ReturnFactory(quarter=str(QUARTER.after))
    return ReturnFactory(quarter=str(QUARTER))


@pytest.fixture
def finance(monitoring_officer: StaffMember) -> StaffMember:
    return StaffFactory(organisation=monitoring_officer.organisation, role=Role.FINANCE_OFFICER)


@pytest.fixture
def streams(scope: Consortium) -> list[FundingStream]:
    """Two streams with profiles of several contracts and months, and one without."""
    first, second, idle = (FundingStreamFactory(name=name) for name in ("DAF", "ESF", "Idle"))
    for stream, month, planned in (
        (first, date(2007, 6, 1), 900),
        (first, date(2007, 7, 1), 40),
        (first, date(2007, 9, 1), 60),
        (first, date(2007, 10, 1), 7),
        (second, date(2007, 12, 1), 30),
        (second, date(2008, 1, 1), 800),
    ):
        ContractProfileFactory(contract=ContractFactory(funding_stream=stream), month=month, planned=planned)
    output = {"kind": ProfileKind.OUTPUT, "indicator": "kpi_1", "planned": 5}
    ContractProfileFactory(contract=ContractFactory(funding_stream=first), month=date(2007, 7, 1), **output)
    return [first, second, idle]


def forecast(filed: Return, by: StaffMember, values: dict[FundingStream, Any], **more: Any) -> int:
    asked: dict[str, Any] = {"quarter": QUARTER, "seen": {}, "today": DURING, **more}
    asked["seen"] = {str(each.uid): value for each, value in asked["seen"].items()}
    told = {str(each.uid): None if value is None else Decimal(value) for each, value in values.items()}
    return set_spend_forecasts(filed=filed, by=by, values=told, **asked)


def test_each_stream_has_its_forecast_beside_what_profiles_plan(
    filed: Return, finance: StaffMember, streams: list[FundingStream]
) -> None:
    first, second, idle = streams
    forecast(filed, finance, {first: "95.50", idle: 0})
    forecast(filed, finance, {second: 25}, quarter=QUARTER.after)
    forecast(filed, finance, {second: 1}, quarter=QUARTER.after.after)
    FundingStreamFactory(name="Unseen")

    found = spend(filed).foreseen

    assert [(each.title, each.planned, each.this, each.planned_next, each.next) for each in found] == [
        ("DAF", 100, Decimal("95.50"), 7, None),
        ("ESF", None, None, 30, 25),
        ("Idle", None, 0, None, None),
    ]


def test_page_workbook_pdf_and_signed_file_say_it(
    filed: Return, finance: StaffMember, streams: list[FundingStream]
) -> None:
    forecast(filed, finance, {streams[0]: "4321.50"})
    page = signed_in(finance).get(reverse("reporting:report", args=[filed.uid])).content.decode()
    around = around_of(filed, with_money=True, with_figures=True)
    made = content_counted(filed.consortium, KINDS["leap"], QUARTER, [])
    content = ReportContent(**{**{name: getattr(made, name) for name in made.__dataclass_fields__}, "around": around})
    book = load_workbook(io.BytesIO(render_xlsx(content)))

    assert "£4,321.50" in page
    assert "£7.00" in page
    assert "{{" not in page
    assert 4321.5 in [cell.value for row in book["Spend forecast"].iter_rows() for cell in row]
    assert b"4,321.50" in data_for_pdf(content)
    assert b"spend forecast,DAF,100,4321.50,7," in report_of(filed)


def test_whoever_does_not_read_the_money_is_told_of_no_forecast(
    filed: Return, finance: StaffMember, streams: list[FundingStream]
) -> None:
    forecast(filed, finance, {streams[0]: "4321.50"})
    provider = StaffFactory(role=Role.PROJECT_MANAGER)

    assert "4,321.50" not in signed_in(provider).get(reverse("reporting:report", args=[filed.uid])).content.decode()
    listings: list[Listing] = list(around_of(filed, with_money=False, with_figures=False).listings)
    assert "Spend forecast" not in [each.name for each in listings]


@pytest.mark.parametrize(
    ("role", "of_body", "is_let"),
    [
        (Role.FINANCE_OFFICER, True, True),
        (Role.HEAD_OF_FINANCE, True, True),
        (Role.MONITORING_OFFICER, True, True),
        (Role.PROJECT_MANAGER, True, False),
        (Role.AUDITOR, True, False),
        (Role.FINANCE_OFFICER, False, False),
        (Role.MONITORING_OFFICER, False, False),
    ],
)
def test_finance_and_the_monitoring_officer_of_the_accountable_body_forecast(
    filed: Return, finance: StaffMember, streams: list[FundingStream], role: Role, *, of_body: bool, is_let: bool
) -> None:
    organisation = finance.organisation if of_body else OrganisationFactory()
    person = StaffFactory(organisation=organisation, role=role)

    answer = signed_in(person).get(reverse("reporting:spend-forecast", args=[filed.uid]))

    assert answer.status_code == (200 if is_let else 403)
    if is_let:
        assert forecast(filed, person, {streams[0]: 5}) == 1
    else:
        with pytest.raises(NotAllowed):
            forecast(filed, person, {streams[0]: 5})


def test_below_zero_and_a_quarter_that_has_ended_are_refused_and_nothing_is_stored(
    filed: Return, finance: StaffMember, streams: list[FundingStream]
) -> None:
    with pytest.raises(CaseloadError) as refusal:
        forecast(filed, finance, {streams[0]: 3, streams[1]: "-0.01"})
    with pytest.raises(CaseloadError, match="ended on 30 September 2007"):
        forecast(filed, finance, {streams[0]: 3}, today=date(2007, 10, 1))

    assert list(refusal.value.fields) == [str(streams[1].uid)]
    assert not SpendForecast.objects.exists()


def test_a_stream_of_another_consortium_is_not_forecast(
    filed: Return, finance: StaffMember, other_consortium: Consortium
) -> None:
    with in_consortium(other_consortium.pk):
        theirs = FundingStreamFactory()

    assert forecast(filed, finance, {theirs: 5}) == 0
    assert not SpendForecast.objects.exists()


@pytest.mark.parametrize("kind", ["leap", "journey"])
def test_a_return_in_sign_off_keeps_what_it_prints(
    filed: Return, finance: StaffMember, streams: list[FundingStream], kind: str
) -> None:
    printing = filed if kind == "leap" else ReturnFactory(kind=kind, quarter=str(QUARTER))
    claim = ReturnFactory(kind="dwp_claim", quarter=str(QUARTER))
    Return.objects.filter(pk=claim.pk).update(state=ReturnState.IN_SIGN_OFF)
    forecast(filed, finance, {streams[0]: 5})
    Return.objects.filter(pk=printing.pk).update(state=ReturnState.IN_SIGN_OFF)

    with pytest.raises(CaseloadError, match="what it says is not changed"):
        forecast(filed, finance, {streams[1]: 5})


def test_a_second_window_is_shown_what_the_first_stored_and_loses_nothing(
    scope: Consortium, finance: StaffMember, streams: list[FundingStream]
) -> None:
    running = ReturnFactory(quarter=str(Quarter.of(timezone.localdate())))
    page, browser = reverse("reporting:spend-forecast", args=[running.uid]), signed_in(finance)
    one, two, _ = (str(each.uid) for each in streams)
    browser.post(page, {one: "£1,200.50", f"seen-{one}": ""})

    below = browser.post(page, {one: "1200.50", f"seen-{one}": "1200.50", two: "-5"}).content.decode()
    refused = browser.post(page, {one: "1300", f"seen-{one}": "", two: "77", f"seen-{two}": ""}).content.decode()
    meant = browser.post(page, {one: "1300", f"seen-{one}": "1200.50", two: "77", f"seen-{two}": ""})

    assert "{{" not in below
    assert "a forecast of 0 or more" in below
    assert "stored 1200.5 here" in refused
    assert 'value="77"' in refused
    assert meant.headers["Location"] == reverse("reporting:report", args=[running.uid])
    stored = dict(SpendForecast.objects.values_list("funding_stream__name", "value"))
    assert stored == {"DAF": 1300, "ESF": 77}
