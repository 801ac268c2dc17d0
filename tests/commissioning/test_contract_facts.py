"""What a contract says besides its money: status, payment model, streams, clauses, and what waits on one that ended."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commissioning.models import Contract, ContractClause, ContractFacts, ContractStream
from commissioning.queries.facts import (
    facts_of,
    in_words,
    items_waiting,
    last_day,
    payment_model,
    streams_of,
    with_facts,
)
from commissioning.services.variations import ask_variation
from partners.enums import Role
from partners.models import Organisation, StaffMember
from partners.platform.exchange.exporting import export_package
from tests.commissioning.test_keeping import add_url, errors_of
from tests.conftest import signed_in
from tests.exchange.packages import load, write
from tests.factories.commissioning import ContractFactory, ExpenditureFactory, FundingStreamFactory
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


def page(contract: Contract, name: str = "contract") -> str:
    return reverse(f"commissioning:{name}", args=[contract.uid])


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "Actual cost"),
        ([("job_start", None)], "Unit price"),
        ([("job_start", 5)], "Unit price, capped"),
        ([("sustained_13w", None)], "Milestones"),
        (
            [("job_start", None), ("sustained_26w", None), ("spend", None)],
            "Mix of unit price, milestones, actual cost",
        ),
    ],
)
def test_how_a_contract_pays_is_said_from_its_terms(items: list[tuple[str, int | None]], said: str) -> None:
    assert payment_model(items) == said


def test_a_contract_that_ended_early_says_so_with_what_still_waits(finance: StaffMember) -> None:
    contract, other = ContractFactory(), ContractFactory()
    ExpenditureFactory(contract=contract)
    ExpenditureFactory(contract=contract, eligible=False)
    ExpenditureFactory(contract=other)
    asked = {(dt.date(2007, 9, 1), "spend", ""): Decimal(5)}
    ask_variation(contract, reason="other", text="Less", planned=asked, by=finance)
    browser = signed_in(finance)
    typed = {"contract": contract.uid, "status": "ended_early"}

    dayless = browser.post(add_url("contract-facts"), typed)
    outside = browser.post(
        add_url("contract-facts"), {**typed, "status_on": "1/4/2008", "status_reason": "The provider closed"}
    )
    kept = browser.post(
        add_url("contract-facts"), {**typed, "status_on": "31/8/2007", "status_reason": "The provider closed"}
    )

    assert "day it ended" in errors_of(dayless)["status_on"]
    assert "why it ended early" in errors_of(dayless)["status_reason"]
    assert "1 April 2007 to 31 March 2008" in errors_of(outside)["status_on"]
    assert kept.status_code == 302
    assert last_day(contract, facts_of(contract)) == dt.date(2007, 8, 31)
    assert items_waiting(with_facts(Contract.objects.filter(pk=contract.pk)).get()) == [
        "1 variation to decide",
        "1 line of spend that is not paid",
    ]
    shown = browser.get(page(contract)).content.decode()
    assert "Ended early on 31 August 2007: The provider closed" in shown
    assert "1 variation to decide" in shown
    assert "The provider closed" not in browser.get(page(other)).content.decode()


def test_streams_stand_beside_the_value_with_the_difference(finance: StaffMember) -> None:
    contract = ContractFactory(value=1000)
    esf, area = FundingStreamFactory(name="ESF"), FundingStreamFactory(name="Area fund")
    ContractStream(contract=ContractFactory(), funding_stream=esf, amount=999).save()
    browser = signed_in(finance)

    own = browser.post(
        add_url("contract-streams"),
        {"contract": contract.uid, "funding_stream": contract.funding_stream.uid, "amount": "1"},
    )
    for stream, amount in ((esf, "300"), (area, "200.50")):
        typed = {"contract": contract.uid, "funding_stream": stream.uid, "amount": amount}
        assert browser.post(add_url("contract-streams"), typed).status_code == 302
    more = browser.post(
        add_url("contract-streams"),
        {"contract": contract.uid, "funding_stream": FundingStreamFactory().uid, "amount": "499.51"},
    )

    assert "own stream" in errors_of(own)["funding_stream"]
    assert "£499.50" in errors_of(more)["amount"]
    streams = streams_of(contract, None)
    assert [amount for _name, amount, _own in streams.rows] == [Decimal("499.50"), 300, Decimal("200.50")]
    assert in_words(streams) == ""
    facts = ContractFacts(contract=contract, status="running", own_amount=400)
    facts.save()
    assert in_words(streams_of(contract, facts)) == ("The streams sum to £99.50 less than the contract is worth.")
    assert "£99.50 less" in browser.get(page(contract, "contract-facts")).content.decode()


def test_each_clause_is_looked_at_once(finance: StaffMember) -> None:
    contract, other = ContractFactory(), ContractFactory()
    browser = signed_in(finance)
    typed = {"clause": "account_manager_route", "state": "not_met", "note": "Left out of the schedule"}
    browser.post(add_url("clauses"), {**typed, "contract": other.uid})

    first = browser.post(add_url("clauses"), {**typed, "contract": contract.uid})
    again = browser.post(add_url("clauses"), {**typed, "contract": contract.uid})

    assert first.status_code == 302
    assert "looked at already" in again.content.decode()
    shown = browser.get(page(contract, "contract-facts")).content.decode()
    assert "Left out of the schedule" in shown
    assert shown.count("Not looked at") == 7


def test_facts_of_rivals_are_not_told_and_a_provider_reads_its_own(finance: StaffMember) -> None:
    contract = ContractFactory()
    ContractClause(contract=contract, clause="visits", state="met").save()
    own = signed_in(StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER))
    rival = signed_in(StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER))

    assert own.get(page(contract, "contract-facts")).status_code == 200
    assert rival.get(page(contract, "contract-facts")).status_code == 404
    lists = reverse("commissioning:record-list", args=["clauses"])
    assert [browser.get(lists).context["table"].counted for browser in (own, rival)] == [1, 0]
    assert own.get(add_url("clauses")).status_code == 403


def test_facts_travel_under_the_reference_of_their_contract(finance: StaffMember, tmp_path: Path) -> None:
    contract = ContractFactory(external_id="c1", funding_stream=FundingStreamFactory(external_id="s1"))
    ContractFactory(external_id="c2")
    facts = {"contract_facts": "id,status,status_on,areas\nc1,running,2007-04-01,Braunstone\n"}

    outcome, findings = load(write(tmp_path / "in", facts))
    assert outcome.loaded, findings
    found: Any = ContractFacts.objects.get()
    assert (found.contract, found.areas) == (contract, "Braunstone")
    refused, findings = load(write(tmp_path / "bad", {"contract_facts": "id,status\nnobody,running\n"}))
    assert not refused.loaded
    assert "its id is the contract's" in str(findings)
    export_package(tmp_path / "out")
    assert "c1,running,2007-04-01,,Braunstone" in (tmp_path / "out" / "contract_facts.csv").read_text()
