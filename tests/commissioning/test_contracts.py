import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from caseload.queries.contract_outputs import outputs_of
from commissioning.queries.contracts import contracts, money_of, streams
from commissioning.queries.forecasts import ahead_of, forecast_of
from commissioning.views.contracts import standing
from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import EnrolmentFactory, JobFactory
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ContributionFactory,
    ExpenditureFactory,
)

JUNE = dt.date(2007, 6, 15)


def test_spend_stands_against_its_profile_month_by_month(scope: Any) -> None:
    contract = ContractFactory()
    ContractProfileFactory(contract=contract, month=dt.date(2007, 4, 1), planned=100)
    ContractProfileFactory(contract=contract, month=dt.date(2007, 5, 1), planned=100)
    ExpenditureFactory(contract=contract, incurred_on=dt.date(2007, 4, 20), amount=Decimal("90.50"))
    ExpenditureFactory(contract=contract, incurred_on=dt.date(2007, 4, 25), amount=Decimal(-10), eligible=False)

    money = money_of(contract, today=JUNE)

    april, may = money.months
    assert (april.planned, april.spent) == (100, Decimal("80.50"))
    assert (may.planned_so_far, may.spent_so_far, may.difference) == (200, Decimal("80.50"), Decimal("-119.50"))
    assert (money.planned_to_date, money.spent, money.not_eligible) == (200, Decimal("80.50"), Decimal(-10))


def test_the_end_is_forecast_as_planned_and_as_it_went_so_far(scope: Any) -> None:
    """£90 and £30 were spent of £100 a month for two months; this month has £20 of £100, and one more is to come."""
    contract = ContractFactory(starts_on=dt.date(2007, 4, 1), ends_on=dt.date(2007, 7, 31))
    for month, spent in ((4, 90), (5, 30), (6, 20), (7, 0)):
        ContractProfileFactory(contract=contract, month=dt.date(2007, month, 1), planned=100)
        ExpenditureFactory(contract=contract, incurred_on=dt.date(2007, month, 2), amount=spent)
    ExpenditureFactory(amount=999)
    money = money_of(contract, today=JUNE)

    found = forecast_of(money, ends_on=contract.ends_on, today=JUNE)

    assert ahead_of(money, today=JUNE) == {dt.date(2007, 6, 1): 220, dt.date(2007, 7, 1): 320}
    assert (found.as_planned, found.as_so_far, found.variance) == (320, 240, -80)
    over = forecast_of(money, ends_on=contract.ends_on, today=dt.date(2007, 8, 1))
    assert (over.as_planned, over.as_so_far) == (140, 140)
    first = forecast_of(money, ends_on=contract.ends_on, today=dt.date(2007, 4, 3))
    assert first.as_so_far is None


def test_underspend_that_a_variation_could_move_is_listed_with_its_sum(commissioner: StaffMember) -> None:
    today = timezone.localdate()
    month, end = today.replace(day=1), today + dt.timedelta(days=40)
    for title, spent, ends_on in (("Far below", 40, end), ("Below", 80, end), ("Near", 95, end), ("Over", 0, today)):
        runs = {"starts_on": month - dt.timedelta(days=90), "ends_on": ends_on - dt.timedelta(days=title == "Over")}
        contract = ContractFactory(title=title, **runs)
        ContractProfileFactory(contract=contract, month=month, planned=100)
        ExpenditureFactory(contract=contract, incurred_on=today, amount=spent)

    page = signed_in(commissioner).get(reverse("commissioning:contracts"), {"underspent": "on"})

    rows = [(row.title, row.underspend) for row in page.context["table"].page_rows]
    assert sorted(rows) == [("Below", 20), ("Far below", 60)]
    assert "To reprofile" in page.content.decode()


@pytest.mark.parametrize(
    ("planned", "spent", "words"),
    [
        (0, 0, "No profile"),
        (0, 5, "Spend without a profile"),
        (100, 95, "On profile"),
        (100, 80, "Below profile"),
        (100, 120, "Above profile"),
    ],
)
def test_standing_is_said_in_words(planned: int, spent: int, words: str) -> None:
    assert standing(Decimal(planned), Decimal(spent))[0] == words


def test_agreed_money_and_contracts_stand_beside_a_stream(commissioner: StaffMember) -> None:
    contribution = ContributionFactory(amount=1000)
    ContributionFactory(funding_stream=contribution.funding_stream, amount=500, status="proposed")
    ContractFactory(funding_stream=contribution.funding_stream, value=400)

    stream = streams(commissioner).get()

    assert (stream.agreed, stream.contracted) == (1000, 400)


def test_outputs_are_the_records_made_under_the_contract(scope: Any) -> None:
    contract = ContractFactory()
    ContractProfileFactory(contract=contract, kind="output", indicator="journey_job_started", planned=4)
    JobFactory(contract=contract)
    EnrolmentFactory(contract=contract)
    JobFactory()

    lines = {line.code: line for line in outputs_of(contract, today=JUNE)}

    job = lines["journey_job_started"]
    assert (job.planned, job.recorded, job.percent) == (4, 1, 25)
    assert (lines["enrolments"].planned, lines["enrolments"].recorded) == (None, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_one_query(commissioner: StaffMember, number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        ExpenditureFactory(contract=ContractProfileFactory().contract)

    with django_assert_num_queries(1):
        rows = [(row.spent_to_date, row.provider.name) for row in contracts(commissioner, today=JUNE)]

    assert len(rows) == number


def test_a_commissioner_reads_a_contract(
    commissioner: StaffMember, adviser: StaffMember, foreigner: StaffMember
) -> None:
    contract = ContractFactory()
    ContractProfileFactory(contract=contract)
    url = reverse("commissioning:contract", args=[contract.uid])

    assert signed_in(commissioner).get(url).status_code == 200
    assert signed_in(commissioner).get(url, {"csv": "spend"})["Content-Type"].startswith("text/csv")
    assert signed_in(adviser).get(url).status_code == 403
    assert signed_in(foreigner).get(url).status_code == 403


def test_money_that_cannot_be_right_stands_on_the_contracts_page(
    commissioner: StaffMember, django_assert_max_num_queries: Any
) -> None:
    right, wrong = ContractFactory(value=100), ContractFactory(value=100)
    for contract in (right, wrong):
        ExpenditureFactory(contract=contract, amount=10, invoice_ref="INV 1", defrayed_on=dt.date(2007, 4, 20))
        ContractProfileFactory(contract=contract, planned=50)
    ExpenditureFactory(contract=right, amount=500, eligible=False)
    ExpenditureFactory(contract=wrong, amount=Decimal("10.005"), incurred_on=dt.date(2019, 1, 1))
    ExpenditureFactory(contract=wrong, amount=10, invoice_ref="inv 1 ", defrayed_on=dt.date(2007, 4, 1))
    ExpenditureFactory(contract=wrong, amount=500)
    ContractProfileFactory(contract=wrong, planned=60)

    browser = signed_in(commissioner)
    browser.get(reverse("commissioning:contracts"))

    def doubts(contract: Any) -> list[str]:
        with django_assert_max_num_queries(21):
            answer = browser.get(reverse("commissioning:contract", args=[contract.uid]))
        return list(answer.context["doubts"])

    assert doubts(right) == []
    assert doubts(wrong) == [
        "1 row of spend on days the contract does not run.",
        "Spend of £530.00 is more than the contract is worth.",
        "The profile plans £110.00, more than the contract is worth.",
        "1 row of spend paid before the day it was incurred.",
        "1 row of spend with fractions of a penny.",
        "Invoice inv 1, £10.00, 2 times.",
        "Apr 2007 is planned 2 times.",
    ]
