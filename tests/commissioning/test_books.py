"""The pages of the books: how a stream and a contract stand, each transaction, asking and deciding in the browser."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.models import Contract, LedgerAct, LedgerTransaction
from commissioning.services.ledger import TABLES, follow_records
from commissioning.services.ledger_acts import approve, ask_allocation, ask_payment
from partners.enums import Role
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.frame.tags import money
from partners.platform.tenancy.scope import in_consortium
from tests.commissioning.test_ledger import balances
from tests.conftest import signed_in
from tests.factories.commissioning import ContractFactory, ContributionFactory, ExpenditureFactory
from tests.factories.partners import StaffFactory

DAY = dt.date(2007, 6, 1)
SCOPE = re.compile("set_config|SAVEPOINT")  # what opens the consortium around a page


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    city_council.consortium.pack_data = {"approvals": [{"role": "finance_officer", "up_to": None, "basis": "b"}]}
    city_council.consortium.save()
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


@pytest.fixture
def contract(scope: Consortium) -> Contract:
    found: Contract = ContractFactory(value=300, title="Routes to work")
    stream = found.funding_stream
    ContributionFactory(funding_stream=stream, amount=1000)
    ContributionFactory(funding_stream=stream, amount=50, financial_year="2008-09", agreed_on=dt.date(2008, 5, 1))
    other = ContractFactory(funding_stream=stream, value=100, title="Another door")
    ExpenditureFactory(contract=found, amount=Decimal("120.005"), defrayed_on=DAY)
    ExpenditureFactory(contract=other, amount=170, defrayed_on=dt.date(2008, 5, 1))
    ExpenditureFactory(contract=found, amount=33)
    follow_records(TABLES, by=None)
    return found


def stream_url(contract: Contract) -> str:
    return reverse("commissioning:stream", args=[contract.funding_stream.uid])


def books_url(contract: Contract) -> str:
    return reverse("commissioning:contract-books", args=[contract.uid])


def listed(answer: Any) -> list[str]:
    return sorted(f"{row.kind} {row.amount}" for row in answer.context["table"].page_rows)


def test_a_stream_says_how_it_stands_by_year_and_what_is_overspent(contract: Contract, finance: StaffMember) -> None:
    answer = signed_in(finance).get(stream_url(contract))

    years = {row.year: row for row in answer.context["standings"]}
    assert list(years) == ["2007-08", "2008-09", ""]
    whole = years[""]
    assert (whole.aligned, whole.committed, whole.allocated) == (1050, 400, 400)
    assert (whole.paid, whole.left, whole.in_pot) == (Decimal("290.01"), Decimal("109.99"), 650)
    assert (years["2008-09"].aligned, years["2008-09"].paid) == (50, 170)
    page = answer.content.decode()
    assert "Another door: £70.00 paid beyond what is allocated." in page
    assert "£290.01 of £400.00 allocated is paid" in page


def test_what_the_page_says_is_what_the_accounts_hold(contract: Contract, finance: StaffMember) -> None:
    whole = signed_in(finance).get(stream_url(contract)).context["standings"][-1]

    held = balances(contract.funding_stream_id)
    assert (held["pot"], held["allocated"], held["paid"]) == (whole.in_pot, whole.left, whole.paid)


def test_the_transactions_are_filtered_sorted_and_taken_away_as_a_file(
    contract: Contract, finance: StaffMember
) -> None:
    browser, url = signed_in(finance), stream_url(contract)

    assert listed(browser.get(f"{url}?kind=pay")) == ["pay 120.01", "pay 170.00"]
    assert listed(browser.get(f"{url}?year=2008-09")) == ["align 50.00", "pay 170.00"]
    assert listed(browser.get(f"{url}?rounded=on")) == ["pay 120.01"]
    assert listed(browser.get(f"{url}?corrected=on")) == []
    up = browser.get(f"{url}?sort=amount").context["table"].page_rows
    assert [row.amount for row in up] == sorted(row.amount for row in up)
    file = browser.get(f"{url}?kind=pay&export=csv").content.decode()
    assert "120.005" in file
    assert "Routes to work" in file
    picture = browser.get(f"{url}?csv=money").content.decode()
    assert "Paid,£290" in picture


def test_a_transaction_opens_its_record_and_says_the_part_of_a_penny(contract: Contract, finance: StaffMember) -> None:
    posted = LedgerTransaction.objects.get(given=Decimal("120.005"))
    spend = contract.expenditure.get(pk=posted.record_id)

    page = signed_in(finance).get(reverse("commissioning:transaction", args=[posted.uid])).content.decode()

    assert reverse("commissioning:record", args=["spend", spend.uid]) in page
    assert "£120.005, -0.005 not posted" in page
    assert "Allocated, not paid" in page
    assert money(Decimal("-120.01")) in page


def test_a_provider_sees_the_entries_of_its_own_contracts_alone(contract: Contract) -> None:
    own = signed_in(StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER))
    other = Contract.objects.get(title="Another door")
    theirs = LedgerTransaction.objects.filter(contract_key=other.pk).first()
    pot = LedgerTransaction.objects.filter(kind="align").first()
    assert theirs is not None
    assert pot is not None

    answer = own.get(stream_url(contract))
    assert listed(answer) == ["commit 300.00", "pay 120.01"]
    assert "Another door" not in answer.content.decode()
    assert "In the pot" not in answer.content.decode()
    assert own.get(books_url(contract)).status_code == 200
    assert own.get(books_url(other)).status_code == 404
    for hidden in (theirs, pot):
        assert own.get(reverse("commissioning:transaction", args=[hidden.uid])).status_code == 404
    for name in ("ask-allocation", "contract-books"):
        assert own.get(reverse(f"commissioning:{name}", args=[other.uid])).status_code in {403, 404}


def test_a_line_is_asked_for_approved_and_paid_in_the_browser(contract: Contract, finance: StaffMember) -> None:
    spend = contract.expenditure.get(defrayed_on=None)
    second = StaffFactory(organisation=finance.organisation, role=Role.FINANCE_OFFICER)
    ask = reverse("commissioning:ask-payment", args=[spend.uid])
    assert ask in signed_in(finance).get(books_url(contract)).content.decode()

    asked = signed_in(finance).post(ask, {"on": "1/6/2007", "note": "Invoice 7"})
    act = LedgerAct.objects.get()
    assert asked.url == reverse("commissioning:act", args=[act.uid])
    own = signed_in(finance).get(asked.url).content.decode()
    assert "You asked for this. Somebody else approves it." in own

    decide = reverse("commissioning:act-decide", args=[act.uid])
    typed = {"verdict": "approve", "decision": "", "version": act.version}
    refused = signed_in(finance).post(decide, typed)
    assert refused.status_code == 200
    assert "You asked for this" in refused.content.decode()
    assert LedgerAct.objects.get().state == "asked"
    signed_in(second).post(decide, typed)
    stale = signed_in(second).post(decide, typed)

    spend.refresh_from_db()
    assert spend.defrayed_on == DAY
    assert "Somebody else changed this record" in stale.content.decode()
    assert LedgerTransaction.objects.filter(act=act).count() == 1


def test_a_double_click_asks_once(contract: Contract, finance: StaffMember) -> None:
    url = reverse("commissioning:ask-allocation", args=[contract.uid])
    typed = {"amount": "10", "on": "1/6/2007", "note": "More", "once": "a" * 32}

    signed_in(finance).post(url, typed)
    signed_in(finance).post(url, typed)

    assert LedgerAct.objects.count() == 1


def test_more_than_the_pot_holds_is_said_beside_the_decision(contract: Contract, finance: StaffMember) -> None:
    second = StaffFactory(organisation=finance.organisation, role=Role.FINANCE_OFFICER)
    act = ask_allocation(contract, amount=Decimal("650.01"), on=DAY, note="More", by=finance)

    answer = signed_in(second).post(
        reverse("commissioning:act-decide", args=[act.uid]), {"verdict": "approve", "version": act.version}
    )

    assert "There is less left than that. Nothing was posted." in answer.content.decode()
    act.refresh_from_db()
    assert act.state == "asked"


def test_what_was_received_is_posted_and_can_be_taken_back(contract: Contract, finance: StaffMember) -> None:
    agreed = contract.funding_stream.contributions.get(financial_year="2007-08")
    browser = signed_in(finance)
    browser.post(reverse("commissioning:receive", args=[agreed.uid]), {"amount": "400", "on": "1/6/2007"})
    assert balances(contract.funding_stream_id)["received"] == 400
    posted = LedgerTransaction.objects.get(kind="receive")

    browser.post(reverse("commissioning:take-back", args=[posted.uid]), {"reason": "Another stream's"})
    again = browser.post(reverse("commissioning:take-back", args=[posted.uid]), {"reason": "Another stream's"})

    assert "received" not in balances(contract.funding_stream_id)
    assert "taken back already" in again.content.decode()
    page = browser.get(reverse("commissioning:transaction", args=[posted.uid])).content.decode()
    assert "Taken back" in page


@pytest.mark.parametrize("name", ["stream", "contract-books"])
def test_the_books_ask_little_however_many_transactions_there_are(
    contract: Contract, finance: StaffMember, other_consortium: Consortium, name: str
) -> None:
    for number in range(60):
        ExpenditureFactory(contract=contract, amount=number + 1, defrayed_on=DAY)
    follow_records(TABLES, by=None)
    with in_consortium(other_consortium.pk):
        ExpenditureFactory(amount=5, defrayed_on=DAY)
        follow_records(TABLES, by=None)
    url = stream_url(contract) if name == "stream" else books_url(contract)
    browser = signed_in(finance)
    browser.get(url)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = browser.get(url)

    assert answer.status_code == 200
    own = [each["sql"] for each in asked.captured_queries if not SCOPE.search(each["sql"])]
    assert len(own) <= 15, "\n".join(own)


def test_today_counts_what_one_may_approve_and_contracts_paid_beyond_what_is_allocated(
    contract: Contract, finance: StaffMember, scope: Consortium
) -> None:
    scope.pack_data = {
        "approvals": [
            {"role": "finance_officer", "up_to": 100, "basis": "b"},
            {"role": "head_of_finance", "up_to": None, "basis": "b"},
        ]
    }
    scope.save()
    second = StaffFactory(organisation=finance.organisation, role=Role.FINANCE_OFFICER)
    head = StaffFactory(organisation=finance.organisation, role=Role.HEAD_OF_FINANCE)
    ask_allocation(contract, amount=Decimal(100), on=DAY, note="More", by=finance)
    ask_allocation(contract, amount=Decimal("100.01"), on=DAY, note="More", by=finance)

    def counted(staff: StaffMember) -> int:
        return len(signed_in(staff).get(f"{reverse('commissioning:acts')}?mine=on").context["table"].page_rows)

    assert [counted(each) for each in (finance, second, head)] == [0, 1, 2]
    assert "1 request for money to approve or refuse" in text_of(signed_in(second).get(reverse("home")))
    assert "1 contract paid beyond what is allocated" in text_of(signed_in(second).get(reverse("home")))
    rows = signed_in(second).get(f"{reverse('commissioning:contracts')}?overspent=on").context["table"].page_rows
    assert [row.title for row in rows] == ["Another door"]


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_line_paid_by_an_approval_is_changed_once_the_payment_is_taken_back(
    contract: Contract, finance: StaffMember
) -> None:
    second = StaffFactory(organisation=finance.organisation, role=Role.FINANCE_OFFICER)
    spend = contract.expenditure.get(defrayed_on=None)
    act = ask_payment(spend, on=DAY, by=finance)
    approve(act, version=act.version, by=second)
    spend.refresh_from_db()
    url = reverse("commissioning:record-change", args=["spend", spend.uid])
    typed = {"contract": contract.uid, "incurred_on": "20/4/2007", "amount": "9000", "defrayed_on": "1/6/2007"}
    browser = signed_in(finance)

    refused = browser.post(url, {**typed, "version": spend.version})
    assert "It was approved and paid as it is." in refused.content.decode()
    browser.post(url, {**typed, "amount": "33", "invoice_ref": "I-7", "version": spend.version})

    spend.refresh_from_db()
    assert (spend.amount, spend.invoice_ref) == (33, "I-7")
    assert follow_records(TABLES, by=None) == 0
