"""The books of the pots: what records bring is posted in sets, what is done here never goes beyond a balance."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commissioning.enums import ContributionStatus
from commissioning.models import Contract, Contribution, Expenditure, LedgerAccount, LedgerEntry, LedgerTransaction
from commissioning.services.ledger import TABLES, financial_year, follow_records, in_pence
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from tests.factories.commissioning import (
    ContractFactory,
    ContributionFactory,
    ExpenditureFactory,
    FundingStreamFactory,
)


def balances(stream_key: int) -> dict[str, Decimal]:
    """Return the accounts of a stream that hold something, those of its contracts added up."""
    found: dict[str, Decimal] = {}
    for account in LedgerAccount.objects.filter(stream_key=stream_key).exclude(balance=0):
        found[account.kind] = found.get(account.kind, Decimal(0)) + account.balance
    return found


def in_balance() -> bool:
    """Tell whether all transactions sum to nought and every account has the balance of its entries."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("""
            SELECT (SELECT count(*) FROM (SELECT 1 FROM commissioning_ledgerentry GROUP BY transaction_id
                                          HAVING sum(amount) <> 0) wrong)
                 + (SELECT count(*) FROM commissioning_ledgeraccount a WHERE balance <> coalesce(
                       (SELECT sum(amount) FROM commissioning_ledgerentry e WHERE e.account_id = a.id), 0))
        """)
        return bool(cursor.fetchone()[0] == 0)


def test_what_records_say_stands_in_the_books_of_their_stream(scope: Consortium) -> None:
    stream, other = FundingStreamFactory(), FundingStreamFactory()
    ContributionFactory(funding_stream=stream, amount=1000)
    ContributionFactory(funding_stream=stream, amount=300, status=ContributionStatus.PROPOSED, agreed_on=None)
    ContributionFactory(funding_stream=stream, amount=999, status=ContributionStatus.WITHDRAWN)
    ContributionFactory(funding_stream=other, amount=50)
    contract = ContractFactory(funding_stream=stream, value=800)
    ContractFactory(funding_stream=other, value=20)
    ExpenditureFactory(contract=contract, amount=100, defrayed_on=dt.date(2007, 5, 1))
    ExpenditureFactory(contract=contract, amount=-25, defrayed_on=dt.date(2007, 6, 1))
    ExpenditureFactory(contract=contract, amount=70)

    assert follow_records(TABLES, by=None) == 7
    assert balances(stream.pk) == {"funder": -1300, "promised": 300, "pot": 200, "allocated": 725, "paid": 75}
    assert balances(other.pk) == {"funder": -50, "pot": 30, "allocated": 20}
    assert follow_records(TABLES, by=None) == 0
    assert in_balance()


def test_a_changed_record_is_reversed_and_posted_anew(scope: Consortium) -> None:
    contribution = ContributionFactory(amount=1000, status=ContributionStatus.PROPOSED, agreed_on=None)
    ContributionFactory(funding_stream=contribution.funding_stream, amount=5)
    follow_records(TABLES, by=None)

    Contribution.objects.filter(pk=contribution.pk).update(
        status=ContributionStatus.AGREED, amount=900, agreed_on=dt.date(2007, 5, 1)
    )

    assert follow_records(["contributions"], [contribution.pk], by=None) == 2
    assert balances(contribution.funding_stream_id) == {"funder": -905, "pot": 905}
    reversal = LedgerTransaction.objects.get(reverses__isnull=False)
    assert reversal.reason == "The record was changed"
    assert reversal.reverses.record_id == contribution.pk
    assert in_balance()


def test_a_record_that_is_gone_leaves_its_posting_and_the_reversal(scope: Consortium) -> None:
    spend = ExpenditureFactory(amount=100, defrayed_on=dt.date(2007, 5, 1), external_id="s-1")
    ExpenditureFactory(contract=spend.contract, amount=7, defrayed_on=dt.date(2007, 5, 1))
    follow_records(TABLES, by=None)
    before = spend.pk

    Expenditure.objects.filter(pk=before).delete()

    assert follow_records(["expenditure"], by=None) == 1
    assert balances(spend.contract.funding_stream_id)["paid"] == 7
    rows = LedgerTransaction.objects.filter(record_table="expenditure", record_id=before)
    assert [str(row.amount) for row in rows.order_by("pk")] == ["100.00", "-100.00"]
    assert {row.reference for row in rows} == {"s-1"}


def test_spend_beyond_what_there_is_is_posted_and_shows(scope: Consortium) -> None:
    contract = ContractFactory(value=100)
    ExpenditureFactory(contract=contract, amount=250, defrayed_on=dt.date(2007, 5, 1))

    follow_records(TABLES, by=None)

    assert balances(contract.funding_stream_id) == {"pot": -100, "allocated": -150, "paid": 250}


def test_a_contract_that_moves_to_another_stream_takes_its_payments_along(scope: Consortium) -> None:
    contract, to = ContractFactory(value=100), FundingStreamFactory()
    was = contract.funding_stream_id
    ExpenditureFactory(contract=contract, amount=40, defrayed_on=dt.date(2007, 5, 1))
    follow_records(TABLES, by=None)

    Contract.objects.filter(pk=contract.pk).update(funding_stream=to)
    follow_records(TABLES, by=None)

    assert balances(was) == {}
    assert balances(to.pk) == {"pot": -100, "allocated": 60, "paid": 40}


@pytest.mark.parametrize(
    ("given", "posted"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1.004999", "1.00"), ("7", "7.00")],
)
def test_an_amount_finer_than_a_penny_is_posted_rounded_half_away_from_nought(
    scope: Consortium, given: str, posted: str
) -> None:
    spend = ExpenditureFactory(amount=Decimal(given), defrayed_on=dt.date(2007, 5, 1))
    ExpenditureFactory(contract=spend.contract, amount=Decimal("0.001"), defrayed_on=dt.date(2007, 5, 1))

    follow_records(["expenditure"], by=None)

    row = LedgerTransaction.objects.get()
    assert (str(row.amount), row.given) == (posted, Decimal(given))
    assert str(in_pence(Decimal(given))) == posted


@pytest.mark.parametrize(
    ("day", "year"),
    [("2007-03-31", "2006-07"), ("2007-04-01", "2007-08"), ("2000-03-31", "1999-00"), ("2008-02-29", "2007-08")],
)
def test_a_day_lies_in_its_financial_year_in_the_database_as_here(scope: Consortium, day: str, year: str) -> None:
    ExpenditureFactory(amount=1, defrayed_on=dt.date.fromisoformat(day))

    follow_records(["expenditure"], by=None)

    assert LedgerTransaction.objects.get().financial_year == year == financial_year(dt.date.fromisoformat(day))


def test_what_no_calendar_has_and_what_no_sum_is_stops_no_posting(scope: Consortium) -> None:
    """Packages bring them: the shape of a year and of a sum is theirs, and an import is not lost by the books."""
    ContributionFactory(financial_year="0000-01", agreed_on=None, status=ContributionStatus.PROPOSED, amount=1)
    ContributionFactory(financial_year="9999-00", amount=Decimal("999999999999.999"))
    ContractFactory(starts_on=dt.date(1, 1, 1), ends_on=dt.date(9999, 12, 31), value=Decimal("999999999999.99"))
    ExpenditureFactory(amount=2, defrayed_on=dt.date(9999, 12, 31))

    follow_records(TABLES, by=None)

    assert LedgerTransaction.objects.count() == 4  # and the contract of the spend; the sum too large for pence is not


def test_another_consortium_is_neither_posted_nor_seen(scope: Consortium, other_consortium: Consortium) -> None:
    with in_consortium(other_consortium.pk):
        ContributionFactory(amount=77)
        follow_records(TABLES, by=None)
    ContributionFactory(amount=5)
    ContributionFactory(amount=6)

    assert follow_records(TABLES, by=None) == 2
    assert sorted(LedgerTransaction.objects.values_list("amount", flat=True)) == [5, 6]


def test_nothing_in_the_books_is_changed_taken_out_or_made_up(scope: Consortium) -> None:
    ContributionFactory(amount=10)
    follow_records(TABLES, by=None)
    account = LedgerAccount.objects.get(kind="pot")

    for act in (
        lambda: LedgerTransaction.objects.update(amount=1),
        lambda: LedgerEntry.objects.all().delete(),
        lambda: LedgerAccount.objects.update(balance=1_000_000),
        lambda: LedgerAccount(kind="pot", stream_key=account.stream_key + 1, balance=5).save(),
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|begins empty"), transaction.atomic():
            act()
    assert balances(account.stream_key) == {"funder": -10, "pot": 10}


@pytest.mark.parametrize("amounts", [(5,), (5, -4), (5, -5)])
def test_a_transaction_that_does_not_sum_to_nought_or_grows_afterwards_is_refused(
    scope: Consortium, amounts: tuple[int, ...]
) -> None:
    ContributionFactory(amount=10)
    follow_records(TABLES, by=None)
    posted, accounts = LedgerTransaction.objects.get(), LedgerAccount.objects.order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def grow() -> None:
        with transaction.atomic():
            for amount, account in zip(amounts, accounts, strict=False):
                LedgerEntry(transaction=posted, account=account, amount=amount).save()
            in_balance()

    with pytest.raises(IntegrityError, match="sum to nought"):
        grow()
