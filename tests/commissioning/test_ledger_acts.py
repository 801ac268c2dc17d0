"""What people do with the money of a pot: asked by one, approved by another up to their amount, never beyond it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from commissioning.enums import ActState, ContributionStatus
from commissioning.models import Contract, LedgerAct, LedgerTransaction, StreamTerm
from commissioning.services.ledger import TABLES, Overspent, follow_records, post, reverse
from commissioning.services.ledger_acts import (
    approve,
    ask_allocation,
    ask_payment,
    receive,
    refuse,
    why_not_approved,
)
from partners.enums import Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, Organisation, StaffMember
from tests.commissioning.test_ledger import balances, in_balance
from tests.factories.commissioning import ContractFactory, ContributionFactory, ExpenditureFactory
from tests.factories.partners import StaffFactory

DAY = dt.date(2007, 6, 1)
APPROVALS = [
    {"role": "finance_officer", "up_to": "500.00", "basis": "b"},
    {"role": "head_of_finance", "up_to": None, "basis": "b"},
]


@pytest.fixture
def asks(city_council: Organisation) -> StaffMember:
    city_council.consortium.pack_data = {"approvals": APPROVALS}
    city_council.consortium.save()
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


@pytest.fixture
def officer(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


@pytest.fixture
def head(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.HEAD_OF_FINANCE)
    return found


@pytest.fixture
def contract(scope: Consortium) -> Contract:
    """A contract of £300 out of a pot of £1,000, with another of the same stream."""
    found: Contract = ContractFactory(value=300)
    ContributionFactory(funding_stream=found.funding_stream, amount=1000)
    ContractFactory(funding_stream=found.funding_stream, value=100)
    follow_records(TABLES, by=None)
    return found


def test_a_line_is_paid_when_somebody_else_approves_it(
    contract: Contract, asks: StaffMember, officer: StaffMember
) -> None:
    spend = ExpenditureFactory(contract=contract, amount=Decimal("120.005"))
    act = ask_payment(spend, on=DAY, by=asks)
    assert "paid" not in balances(contract.funding_stream_id)

    approve(act, version=act.version, by=officer)
    spend.refresh_from_db()

    assert spend.defrayed_on == DAY
    assert balances(contract.funding_stream_id)["paid"] == Decimal("120.01")
    assert follow_records(TABLES, by=None) == 0  # the books hold the line already
    assert in_balance()


def test_nobody_approves_what_they_asked_for_or_more_than_their_role_may(
    contract: Contract, asks: StaffMember, officer: StaffMember, head: StaffMember, outsider: StaffMember
) -> None:
    act = ask_allocation(contract, amount=Decimal(501), on=DAY, note="More places", by=asks)

    assert why_not_approved(act, asks) == "You asked for this. Somebody else approves it."
    assert why_not_approved(act, officer) == "Your role approves up to £500.00. This is £501.00."
    with pytest.raises(CaseloadError, match=r"up to £500\.00"):
        approve(act, version=act.version, by=officer)
    with pytest.raises(CaseloadError, match="does not allow"):
        approve(act, version=act.version, by=outsider)
    approve(act, version=act.version, by=head)

    assert balances(contract.funding_stream_id)["pot"] == 99


def test_the_database_itself_refuses_one_person_in_both_places(contract: Contract, asks: StaffMember) -> None:
    act = ask_allocation(contract, amount=Decimal(5), on=DAY, note="More places", by=asks)

    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        LedgerAct.objects.filter(pk=act.pk).update(state=ActState.DONE, decided_by=asks, decided_at=act.asked_at)


def test_the_database_itself_refuses_to_post_what_nobody_approved(contract: Contract, asks: StaffMember) -> None:
    act = ask_allocation(contract, amount=Decimal(5), on=DAY, note="More places", by=asks)

    def post_it() -> None:
        with transaction.atomic():
            post(act, by=asks)
            in_balance()

    with pytest.raises(IntegrityError, match="once it is approved"):
        post_it()


def test_without_a_list_the_head_of_finance_approves_everything(
    contract: Contract, asks: StaffMember, officer: StaffMember, head: StaffMember
) -> None:
    asks.consortium.pack_data = {}
    asks.consortium.save()
    act = ask_allocation(contract, amount=Decimal(5), on=DAY, note="More places", by=asks)

    assert why_not_approved(act, officer) == "Your role approves no amount. This is £5.00."
    assert why_not_approved(act, head) == ""


def test_more_than_the_pot_or_the_contract_has_is_refused_and_nothing_is_stored(
    contract: Contract, asks: StaffMember, head: StaffMember
) -> None:
    before = balances(contract.funding_stream_id)
    too_much = ask_allocation(contract, amount=Decimal("600.01"), on=DAY, note="More places", by=asks)
    spend = ExpenditureFactory(contract=contract, amount=Decimal("300.01"))
    payment = ask_payment(spend, on=DAY, by=asks)
    back = ask_allocation(contract, amount=Decimal("-300.01"), on=DAY, note="Fewer places", by=asks)

    for act in (too_much, payment, back):
        with pytest.raises(Overspent), transaction.atomic():
            approve(act, version=act.version, by=head)
        act.refresh_from_db()
        assert act.state == ActState.ASKED
    spend.refresh_from_db()
    assert spend.defrayed_on is None
    assert balances(contract.funding_stream_id) == before


def test_a_credit_without_its_charge_is_refused(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    act = ask_payment(ExpenditureFactory(contract=contract, amount=-5), on=DAY, by=asks)

    with pytest.raises(Overspent), transaction.atomic():
        approve(act, version=act.version, by=head)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"defrayed_on": dt.date(2007, 5, 1)}, "paid already, on 1 May 2007"),
        ({"eligible": False}, "not eligible"),
        ({"incurred_on": dt.date(2007, 3, 31)}, "The contract runs from 1 April 2007"),
        ({"incurred_on": dt.date(2007, 6, 2)}, "on or after 2 June 2007"),
        ({"category": "travel"}, "do not cover travel on 20 April 2007"),
        ({"category": ""}, "do not cover spend without a category"),
        ({"category": "fees", "incurred_on": dt.date(2007, 5, 2)}, "No term of the stream covers 2 May 2007"),
    ],
)
def test_what_the_contract_or_a_term_does_not_cover_is_not_paid(
    contract: Contract, asks: StaffMember, facts: dict[str, object], said: str
) -> None:
    stream = contract.funding_stream
    StreamTerm(funding_stream=stream, category="fees", ends_on=dt.date(2007, 5, 1)).save()
    StreamTerm(funding_stream=ContractFactory().funding_stream, category="travel").save()
    fine = ExpenditureFactory(contract=contract, amount=1, category="Fees")

    ask_payment(fine, on=DAY, by=asks)
    with pytest.raises(CaseloadError, match=said):
        ask_payment(ExpenditureFactory(contract=contract, amount=1, **facts), on=DAY, by=asks)


def test_a_line_changed_since_it_was_asked_is_not_paid(
    contract: Contract, asks: StaffMember, head: StaffMember
) -> None:
    spend = ExpenditureFactory(contract=contract, amount=10)
    act = ask_payment(spend, on=DAY, by=asks)
    spend.amount = 200
    spend.save()

    with pytest.raises(CaseloadError, match="was changed since"):
        approve(act, version=act.version, by=head)


def test_a_second_click_and_a_stale_page_post_nothing(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    spend = ExpenditureFactory(contract=contract, amount=10)
    act = ask_payment(spend, on=DAY, by=asks)
    with pytest.raises(CaseloadError, match="asked for already"):
        ask_payment(spend, on=DAY, by=asks)
    approve(act, version=1, by=head)

    with pytest.raises(ChangedMeanwhile):
        approve(act, version=1, by=head)
    with pytest.raises(ChangedMeanwhile):
        refuse(act, version=1, decision="Twice", by=head)
    assert balances(contract.funding_stream_id)["paid"] == 10


def test_a_refusal_keeps_its_reason_and_posts_nothing(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    before = LedgerTransaction.objects.count()
    act = ask_payment(ExpenditureFactory(contract=contract, amount=10), on=DAY, by=asks)

    with pytest.raises(CaseloadError, match="Enter the reason"):
        refuse(act, version=1, decision=" ", by=head)
    refuse(act, version=1, decision="No invoice", by=head)

    assert (act.__class__.objects.get().decision, LedgerTransaction.objects.count()) == ("No invoice", before)


def test_money_is_received_for_what_is_agreed(contract: Contract, asks: StaffMember, officer: StaffMember) -> None:
    agreed = contract.funding_stream.contributions.get()
    receive(agreed, amount=Decimal(400), on=DAY, by=asks)
    receive(agreed, amount=Decimal(700), on=DAY, by=asks)
    proposed = ContributionFactory(status=ContributionStatus.PROPOSED)

    assert balances(contract.funding_stream_id)["received"] == 1100
    with pytest.raises(CaseloadError, match="what is agreed"):
        receive(proposed, amount=Decimal(1), on=DAY, by=asks)


def test_a_payment_is_taken_back_once_with_a_reason_and_the_line_is_unpaid(
    contract: Contract, asks: StaffMember, officer: StaffMember
) -> None:
    spend = ExpenditureFactory(contract=contract, amount=10)
    act = ask_payment(spend, on=DAY, by=asks)
    approve(act, version=act.version, by=officer)
    posted = LedgerTransaction.objects.get(act=act)

    with pytest.raises(CaseloadError, match="Enter the reason"):
        reverse(posted, reason="", by=asks)
    reverse(posted, reason="Wrong account", by=asks)
    with pytest.raises(CaseloadError, match="once"):
        reverse(posted, reason="Again", by=asks)
    with pytest.raises(CaseloadError, match="takes another"):
        reverse(LedgerTransaction.objects.get(reverses=posted), reason="Again", by=asks)

    spend.refresh_from_db()
    assert spend.defrayed_on is None
    assert "paid" not in balances(contract.funding_stream_id)
    assert follow_records(TABLES, by=None) == 0
    assert in_balance()
    again = ask_payment(spend, on=DAY, by=asks)
    approve(again, version=again.version, by=officer)
    assert balances(contract.funding_stream_id)["paid"] == 10


def test_what_came_with_a_record_is_not_taken_back_by_hand(contract: Contract, asks: StaffMember) -> None:
    with pytest.raises(CaseloadError, match="Change the record"):
        reverse(LedgerTransaction.objects.filter(kind="commit").first(), reason="No", by=asks)


def test_a_provider_does_nothing_with_the_pot(contract: Contract) -> None:
    own = StaffFactory(organisation=contract.provider, role=Role.FINANCE_OFFICER)

    with pytest.raises(NotAllowed):
        ask_allocation(contract, amount=Decimal(5), on=DAY, note="More", by=own)
    with pytest.raises(NotAllowed):
        reverse(LedgerTransaction.objects.first(), reason="No", by=own)


def test_a_paid_line_cannot_be_taken_out_of_the_records(
    contract: Contract, asks: StaffMember, officer: StaffMember
) -> None:
    spend = ExpenditureFactory(contract=contract, amount=10)
    act = ask_payment(spend, on=DAY, by=asks)
    approve(act, version=act.version, by=officer)

    with pytest.raises(ProtectedError):
        spend.delete()


def test_nothing_is_paid_out_of_a_pot_that_contracts_have_overspent(
    contract: Contract, asks: StaffMember, head: StaffMember
) -> None:
    act = ask_payment(ExpenditureFactory(contract=contract, amount=10), on=DAY, by=asks)
    ContractFactory(funding_stream=contract.funding_stream, value=900)
    follow_records(TABLES, by=None)

    with pytest.raises(CaseloadError, match=r"allocated £300\.00 beyond what is agreed"):
        approve(act, version=act.version, by=head)
