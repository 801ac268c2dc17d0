"""Several connections post to the same books at once: they always balance, and nothing is spent twice."""

import datetime as dt
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from commissioning.models import Contract, Contribution, Expenditure, LedgerAccount, LedgerAct, LedgerTransaction
from commissioning.models.ledger import GUARDED
from commissioning.services.ledger import TABLES, Overspent, follow_records, reverse
from commissioning.services.ledger_acts import approve, ask_allocation, ask_payment, receive
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Consortium, StaffMember
from partners.platform.tenancy.scope import in_consortium
from tests.commissioning.test_ledger import in_balance
from tests.factories.commissioning import ContractFactory, ContributionFactory, ExpenditureFactory, FundingStreamFactory
from tests.factories.partners import ConsortiumFactory, OrganisationFactory, StaffFactory

DAY = dt.date(2007, 6, 1)
WORKERS, TURNS = 4, 40


def two_people(consortium: Consortium) -> tuple[StaffMember, StaffMember]:
    body = OrganisationFactory(accountable_body=True)
    consortium.pack_data = {"approvals": [{"role": "finance_officer", "up_to": None, "basis": "b"}]}
    consortium.save()
    return tuple(StaffFactory(organisation=body, role=Role.FINANCE_OFFICER) for _ in range(2))  # type: ignore[return-value]


def filled(consortium: Consortium) -> tuple[StaffMember, StaffMember]:
    """Make two streams with three contracts each, little money and lines of spend; return who asks and who approves."""
    people = two_people(consortium)
    for _ in range(2):
        stream = FundingStreamFactory()
        ContributionFactory(funding_stream=stream, amount=Decimal("900.005"))
        for _ in range(3):
            contract = ContractFactory(funding_stream=stream, value=200)
            for number in range(12):
                ExpenditureFactory(contract=contract, amount=Decimal(number * 7 + 1) / 3, category="fees")
    follow_records(TABLES, by=None)
    return people


def allocate(chance: random.Random, asks: StaffMember, approves: StaffMember) -> None:
    contract = chance.choice(Contract.objects.order_by("pk"))
    amount = Decimal(chance.choice([50, 120, 400, -50, -150, -400]))
    act = ask_allocation(contract, amount=amount, on=DAY, note="Try", by=asks)
    approve(act, version=act.version, by=approves)


def pay(chance: random.Random, asks: StaffMember, approves: StaffMember) -> None:
    act = ask_payment(chance.choice(Expenditure.objects.order_by("pk")), on=DAY, by=asks)
    approve(act, version=act.version, by=approves)


def get_money(chance: random.Random, asks: StaffMember, approves: StaffMember) -> None:
    receive(chance.choice(Contribution.objects.order_by("pk")), amount=Decimal(chance.randint(1, 90)), on=DAY, by=asks)


def take_back(chance: random.Random, asks: StaffMember, approves: StaffMember) -> None:
    posted = list(LedgerTransaction.objects.filter(origin="act", reverses=None).order_by("pk"))
    if posted:
        reverse(chance.choice(posted), reason="Try", by=asks)


def record_more(chance: random.Random, asks: StaffMember, approves: StaffMember) -> None:
    """A contribution grows, as a package or a form says it; what is gone makes no pot smaller here."""
    chosen = chance.choice(Contribution.objects.order_by("pk"))
    Contribution.objects.filter(pk=chosen.pk).update(amount=F("amount") + Decimal("1.115"))
    follow_records(["contributions"], [chosen.pk] if chance.random() < 0.5 else None, by=None)


ACTS: list[Callable[..., None]] = [allocate, allocate, pay, pay, pay, get_money, take_back, record_more]


def work(consortium: Consortium, people: tuple[StaffMember, StaffMember], seed: int) -> dict[str, int]:
    """Do random acts on a connection of one's own, each in its transaction, some of them broken off."""
    chance = random.Random(seed)  # noqa: S311  a course of acts that can be had again
    said = {"done": 0, "overspent": 0, "refused": 0, "broken off": 0}
    try:
        for _ in range(TURNS):
            act, is_broken = chance.choice(ACTS), chance.random() < 0.1
            try:
                with in_consortium(consortium.pk):
                    act(chance, *people)
                    transaction.set_rollback(is_broken)
                said["broken off" if is_broken else "done"] += 1
            except Overspent:
                said["overspent"] += 1
            except CaseloadError:
                said["refused"] += 1
    finally:
        connection.close()
    return said


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_posted_at_once_the_books_balance_and_no_guarded_account_is_below_nought(seed: int) -> None:
    consortia = [ConsortiumFactory(), ConsortiumFactory()]
    people = []
    for each in consortia:
        with in_consortium(each.pk):
            people.append(filled(each))

    with ThreadPoolExecutor(WORKERS) as pool:
        tries = [(consortia[n // 3], people[n // 3], 100 * seed + n) for n in range(WORKERS)]
        said = list(pool.map(lambda each: work(*each), tries))

    assert sum(each["done"] for each in said) > WORKERS * TURNS / 5
    assert sum(each["overspent"] for each in said) > 0
    for each in consortia:
        with in_consortium(each.pk):
            assert in_balance()
            below = LedgerAccount.objects.filter(kind__in=GUARDED, balance__lt=0)
            assert list(below.values_list("kind", "balance")) == []
            assert follow_records(TABLES, by=None) == 0
            standing = LedgerTransaction.objects.filter(reverses=None, reversals=None, kind="pay")
            assert standing.count() == Expenditure.objects.exclude(defrayed_on=None).count()


def at_once(acts: list[Callable[[], Any]], consortium: Consortium) -> list[str]:
    """Do acts in the same moment, each on a connection of its own; return what each came to."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        try:
            with in_consortium(consortium.pk):
                start.wait(timeout=20)
                act()
        except CaseloadError as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_last_pound_is_spent_once() -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        asks, approves = two_people(consortium)
        contracts = [ContractFactory(value=0), ContractFactory(value=0)]
        contracts[1].funding_stream = contracts[0].funding_stream
        contracts[1].save()
        ContributionFactory(funding_stream=contracts[0].funding_stream, amount=100)
        follow_records(TABLES, by=None)
        acts = [ask_allocation(each, amount=Decimal(60), on=DAY, note="Try", by=asks) for each in contracts]

    said = at_once([lambda act=act: approve(act, version=1, by=approves) for act in acts], consortium)

    assert said == ["done", "overspent"]
    with in_consortium(consortium.pk):
        assert LedgerAccount.objects.get(kind="pot", stream_key=contracts[0].funding_stream_id).balance == 40


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_act_approved_and_one_record_followed_twice_in_the_same_moment_are_posted_once() -> None:
    consortium = ConsortiumFactory()
    with in_consortium(consortium.pk):
        asks, approves = two_people(consortium)
        contract = ContractFactory(value=50)
        ContributionFactory(funding_stream=contract.funding_stream, amount=100)
        follow_records(TABLES, by=None)
        act = ask_allocation(contract, amount=Decimal(10), on=DAY, note="Try", by=asks)
        late = ContributionFactory(funding_stream=contract.funding_stream, amount=5)

    assert at_once([lambda: approve(act, version=1, by=approves)] * 2, consortium) == ["changed_meanwhile", "done"]
    assert at_once([lambda: follow_records(TABLES, by=None)] * 3, consortium) == ["done"] * 3

    with in_consortium(consortium.pk):
        assert LedgerTransaction.objects.filter(act=act).count() == 1
        assert LedgerTransaction.objects.filter(record_id=late.pk, record_table="contributions").count() == 1
        assert LedgerAct.objects.count() == 1
        assert in_balance()
