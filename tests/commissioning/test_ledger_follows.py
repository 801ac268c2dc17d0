"""The books follow what people keep in the browser and what packages bring and take away again."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from commissioning.models import Contract, Contribution, Expenditure, LedgerTransaction
from commissioning.services.ledger import follow_records
from partners.enums import Role
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.exchange.importing import import_package
from partners.platform.exchange.undoing import undo
from tests.commissioning.test_ledger import balances, in_balance
from tests.conftest import signed_in
from tests.factories.commissioning import ContractFactory, ContributionFactory, ExpenditureFactory, FundingStreamFactory
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


def test_what_finance_keeps_is_posted_changed_taken_out_and_put_back(finance: StaffMember) -> None:
    contract = ContractFactory(value=500)
    ContractFactory(funding_stream=contract.funding_stream, value=1)
    browser = signed_in(finance)
    typed = {"contract": contract.uid, "incurred_on": "3/5/2007", "amount": "120.50"}
    stream = contract.funding_stream_id
    spend = ExpenditureFactory(
        contract=contract, amount="120.50", incurred_on=dt.date(2007, 5, 3), defrayed_on=dt.date(2007, 6, 4)
    )

    follow_records(["expenditure"], [spend.pk], by=finance)
    assert balances(stream)["paid"] == Decimal("120.50")

    change = reverse("commissioning:record-change", args=["spend", spend.uid])
    browser.post(change, {**typed, "amount": "100", "version": spend.version})
    assert balances(stream)["paid"] == 100

    remove = reverse("commissioning:record-remove", args=["spend", spend.uid])
    browser.post(remove, {"reason": "Twice", "version": 2})
    assert "paid" not in balances(stream)

    browser.post(reverse("commissioning:records-removed", args=["spend"]), {"record": spend.uid})
    assert balances(stream)["paid"] == 100
    assert LedgerTransaction.objects.filter(posted_by=finance).count() == 5
    assert in_balance()


def test_a_contract_that_is_moved_in_the_browser_takes_its_payments_to_the_other_stream(finance: StaffMember) -> None:
    contract, to = ContractFactory(value=500), FundingStreamFactory()
    ExpenditureFactory(contract=contract, amount=40, defrayed_on=dt.date(2007, 6, 1))
    typed = {"title": contract.title, "provider": contract.provider.uid, "funding_stream": to.uid}
    typed |= {"starts_on": "1/4/2007", "ends_on": "31/3/2008", "value": "500", "version": contract.version}

    signed_in(finance).post(reverse("commissioning:record-change", args=["contracts", contract.uid]), typed)

    assert balances(to.pk) == {"pot": -500, "allocated": 460, "paid": 40}


HEADS = {
    "funding_streams": "id,name,funder,mainstream",
    "contributions": "id,funding_stream_id,organisation_id,financial_year,amount,status,agreed_on,objective",
    "contracts": "id,title,provider_id,funding_stream_id,starts_on,ends_on,value",
    "expenditure": "id,contract_id,incurred_on,amount,indicator,category,invoice_ref,defrayed_on,eligible",
}


def package(folder: Path, **rows: list[str]) -> Path:
    folder.mkdir()
    for table, lines in rows.items():
        (folder / f"{table}.csv").write_text("\n".join([HEADS[table], *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def provider(scope: Consortium) -> Organisation:
    found: Organisation = OrganisationFactory(external_id="o1")
    return found


def first(folder: Path) -> Path:
    return package(
        folder,
        funding_streams=["f1,Deprived Areas Fund,Government,false", "f2,Renewal,Government,false"],
        contributions=["k1,f1,o1,2007-08,1000.005,agreed,2007-04-02,", "k2,f2,o1,2007-08,10.00,proposed,,"],
        contracts=["c1,Routes,o1,f1,2007-04-01,2008-03-31,600.00", "c2,Other,o1,f2,2007-04-01,2008-03-31,5.00"],
        expenditure=[
            "e1,c1,2007-05-01,700.00,,fees,i1,2007-05-20,true",
            "e2,c1,2007-06-01,50.00,,fees,i2,,true",
            "e3,c2,2007-06-01,1.00,,fees,i3,2007-06-02,true",
        ],
    )


def load(path: Path, tmp_path: Path) -> Any:
    from partners.models import ExchangeBatch  # noqa: PLC0415

    batch = ExchangeBatch(file_name=path.name)
    batch.save()
    outcome = import_package(path, report=tmp_path / f"{path.name}.report.csv", batch=batch, by=None)
    assert outcome.loaded, outcome.summary
    return batch


def test_a_package_is_posted_even_beyond_a_balance_and_undone_again(provider: Organisation, tmp_path: Path) -> None:
    batch = load(first(tmp_path / "one"), tmp_path)
    stream = Contract.objects.get(external_id="c1").funding_stream_id

    assert balances(stream) == {
        "funder": Decimal("-1000.01"),
        "pot": Decimal("400.01"),
        "allocated": -100,
        "paid": 700,
    }

    undo(batch, by=None)

    assert balances(stream) == {}
    assert not Expenditure.objects.exists()
    assert LedgerTransaction.objects.filter(reverses__isnull=False).count() == 6
    assert in_balance()


def test_a_second_package_that_corrects_an_amount_reverses_and_posts_anew(
    provider: Organisation, tmp_path: Path
) -> None:
    load(first(tmp_path / "one"), tmp_path)
    stream = Contract.objects.get(external_id="c1").funding_stream_id
    before = LedgerTransaction.objects.count()

    again = load(package(tmp_path / "two", expenditure=["e1,c1,2007-05-01,650.00,,fees,i1,2007-05-20,true"]), tmp_path)
    assert balances(stream)["paid"] == 650
    assert LedgerTransaction.objects.count() == before + 2

    undo(again, by=None)
    assert balances(stream)["paid"] == 700
    assert in_balance()


def test_what_was_there_before_the_books_is_posted_by_the_command(scope: Consortium, capsys: Any) -> None:
    ContributionFactory(amount=10)
    ContributionFactory(amount=20)

    call_command("post_ledger", consortium=scope.slug)
    call_command("post_ledger", consortium=scope.slug)

    assert capsys.readouterr().out.splitlines()[0].startswith("2 postings made.")
    assert LedgerTransaction.objects.count() == Contribution.objects.count() == 2
