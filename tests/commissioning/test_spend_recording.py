"""Spend recorded by a provider's own people, with its evidence, and the desk check by the accountable body."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissioning.models import Contract, ContractFacts, Expenditure, SpendRecord
from commissioning.services.ledger_acts import ask_payment
from commissioning.services.months import closed_months
from commissioning.services.spend_recording import (
    accept,
    answer_query,
    query,
    record_credit,
    record_spend,
    refuse_line,
    submit_month,
    why_not_checked,
)
from partners.enums import Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, Organisation, StaffMember
from tests.commissioning.test_keeping import add_url, errors_of
from tests.conftest import signed_in
from tests.factories.caseload import DocumentFactory
from tests.factories.commissioning import ContractFactory, ExpenditureFactory, StreamTermFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

APRIL, MAY = dt.date(2007, 4, 1), dt.date(2007, 5, 1)


@pytest.fixture
def contract(scope: Consortium) -> Contract:
    found: Contract = ContractFactory(value=1000)
    ContractFactory(value=1000, provider=found.provider, funding_stream=found.funding_stream)
    return found


@pytest.fixture
def provider(contract: Contract) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER)
    return found


@pytest.fixture
def checks(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.MONITORING_OFFICER)
    return found


def typed(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "incurred_on": dt.date(2007, 4, 20),
        "paid_on": dt.date(2007, 4, 28),
        "payee": "Braunstone Print",
        "what_for": "Leaflets",
        "invoice_ref": "BP 7",
        "net": Decimal(100),
        "vat": Decimal("17.50"),
        "category": "publicity",
        "indicator": "",
    }
    return values | more


def recorded(contract: Contract, by: StaffMember, *, sent_in: bool = True, **more: Any) -> SpendRecord:
    record = record_spend(contract, typed(**more), by=by)
    if sent_in:
        evidence(record, by)
        submit_month(contract, month=record.expenditure.incurred_on, by=by)
        record.refresh_from_db()
    return record


def evidence(record: SpendRecord, by: StaffMember) -> None:
    about = {"subject_kind": "commissioning.spendrecord", "subject_id": record.pk}
    DocumentFactory(client=None, organisation=by.organisation, recorded_by=by, **about)


def eligible(record: SpendRecord) -> bool | None:
    found: bool | None = Expenditure.objects.get(pk=record.expenditure_id).eligible
    return found


def test_spend_counts_once_the_accountable_body_accepted_it(
    contract: Contract, provider: StaffMember, checks: StaffMember
) -> None:
    record, refused = recorded(contract, provider), recorded(contract, provider, net=Decimal(5), invoice_ref="x")
    assert (record.expenditure.amount, eligible(record)) == (Decimal("117.50"), False)
    with pytest.raises(CaseloadError):
        ask_payment(
            record.expenditure, on=MAY, by=StaffFactory(organisation=checks.organisation, role=Role.FINANCE_OFFICER)
        )

    accept(record, version=record.version, by=checks)
    assert closed_months(contract).until is None
    refuse_line(refused, version=refused.version, reason="Not for this contract", by=checks)

    assert (eligible(record), eligible(refused)) == (True, False)
    assert closed_months(contract).until == dt.date(2007, 4, 30)
    other = Contract.objects.exclude(pk=contract.pk).get()
    assert closed_months(other).until is None
    with pytest.raises(ChangedMeanwhile):
        refuse_line(record, version=record.version + 1, reason="Late", by=checks)
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        SpendRecord.objects.filter(pk=record.pk).update(payee="Somebody else")


def test_nobody_checks_their_own_and_no_provider_checks(
    contract: Contract, provider: StaffMember, checks: StaffMember
) -> None:
    record = recorded(contract, provider)
    colleague = StaffFactory(organisation=contract.provider, role=Role.HEAD_OF_FINANCE)

    for person in (provider, colleague):
        with pytest.raises(NotAllowed):
            accept(record, version=record.version, by=person)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        SpendRecord.objects.filter(pk=record.pk).update(
            state="accepted", checked_by=provider, checked_at=timezone.now()
        )
    assert why_not_checked(record, checks) == ""
    assert eligible(record) is False


def test_a_question_is_answered_and_the_line_waits_again(
    contract: Contract, provider: StaffMember, checks: StaffMember
) -> None:
    record = recorded(contract, provider)
    with pytest.raises(CaseloadError, match="question"):
        query(record, version=record.version, question=" ", by=checks)

    asked = query(record, version=record.version, question="Which course?", by=checks)
    with pytest.raises(ChangedMeanwhile):
        accept(asked, version=asked.version, by=checks)
    answered = answer_query(asked, version=asked.version, answer="The May one", by=provider)

    assert (answered.state, answered.answer, eligible(record)) == ("submitted", "The May one", False)
    accept(answered, version=answered.version, by=checks)
    assert eligible(record) is True


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"incurred_on": dt.date(2007, 3, 31)}, "incurred_on", "1 April 2007 to 31 August 2007"),
        ({"incurred_on": dt.date(2007, 9, 1), "paid_on": dt.date(2007, 9, 2)}, "incurred_on", "to 31 August 2007"),
        ({"paid_on": dt.date(2007, 4, 19)}, "paid_on", "on or after 20 April 2007"),
        ({"paid_on": dt.date(2099, 4, 19)}, "paid_on", "or earlier"),
        ({"net": Decimal(900)}, "net", "£1,017.50 is spent of a contract worth £1,000.00"),
        ({"category": "alcohol"}, "category", "do not cover alcohol"),
    ],
)
def test_spend_that_cannot_be_is_refused_at_its_field(
    contract: Contract, provider: StaffMember, more: dict[str, Any], field: str, said: str
) -> None:
    ContractFacts(
        contract=contract, status="ended_early", status_on=dt.date(2007, 8, 31), status_reason="Closed"
    ).save()
    StreamTermFactory(funding_stream=contract.funding_stream, category="publicity")
    ExpenditureFactory(contract=contract, amount=100)
    ExpenditureFactory(contract=contract, amount=800, eligible=False)
    with pytest.raises(CaseloadError) as refused:
        record_spend(contract, typed(**more), by=provider)
    assert said in refused.value.fields[field][0]
    assert SpendRecord.objects.count() == 0


def test_what_has_no_evidence_is_not_sent_in(contract: Contract, provider: StaffMember) -> None:
    first = recorded(contract, provider, sent_in=False)
    recorded(contract, provider, sent_in=False, incurred_on=MAY, paid_on=MAY, invoice_ref="later")

    with pytest.raises(CaseloadError, match=r"Without one: £117\.50 to Braunstone Print\."):
        submit_month(contract, month=APRIL, by=provider)
    evidence(first, provider)

    assert submit_month(contract, month=APRIL, by=provider) == 1
    with pytest.raises(CaseloadError, match="Nothing is recorded up to April 2007"):
        submit_month(contract, month=APRIL, by=provider)


def test_a_credit_names_its_charge_and_is_no_more_than_it(
    contract: Contract, provider: StaffMember, checks: StaffMember
) -> None:
    charge = recorded(contract, provider)
    accept(charge, version=charge.version, by=checks)
    finance = StaffFactory(organisation=checks.organisation, role=Role.FINANCE_OFFICER)

    credit = record_credit(charge.expenditure, typed(net=Decimal(50), vat=None, invoice_ref="C 1"), by=provider)
    with pytest.raises(CaseloadError, match=r"no more than £67\.50"):
        record_credit(charge.expenditure, typed(net=Decimal(68), vat=None), by=provider)
    by_hand = signed_in(finance).post(
        add_url("spend", contract=contract), {"contract": contract.uid, "incurred_on": "3/5/2007", "amount": "-5"}
    )
    kept = record_credit(ExpenditureFactory(contract=contract, eligible=True), typed(net=Decimal(5)), by=finance)

    assert (credit.expenditure.amount, credit.credits, credit.state) == (-50, charge.expenditure, "recorded")
    assert eligible(credit) is False
    assert (eligible(kept), kept.state) == (True, "kept")
    assert "names its charge" in errors_of(by_hand)["amount"]
    with pytest.raises(CaseloadError, match="a credit itself"):
        record_credit(credit.expenditure, typed(net=Decimal(1)), by=provider)


def test_nobody_types_that_a_line_was_paid(contract: Contract, city_council: Organisation) -> None:
    finance = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    spend = {"contract": contract.uid, "incurred_on": "3/5/2007", "amount": "10", "defrayed_on": "4/5/2007"}

    signed_in(finance).post(add_url("spend", contract=contract), spend)

    assert contract.expenditure.get().defrayed_on is None


def test_the_accountable_body_does_not_change_what_a_provider_recorded(
    contract: Contract, provider: StaffMember, city_council: Organisation
) -> None:
    record = recorded(contract, provider)
    finance = signed_in(StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER))
    spend = record.expenditure
    change = {"contract": contract.uid, "incurred_on": "20/4/2007", "amount": "117.50", "eligible": "true"}

    answer = finance.post(
        reverse("commissioning:record-change", args=["spend", spend.uid]), {**change, "version": spend.version}
    )

    assert "desk check" in answer.content.decode()
    assert eligible(record) is False


def test_the_pages_walk_from_recording_to_the_check(
    contract: Contract, provider: StaffMember, checks: StaffMember
) -> None:
    own, body = signed_in(provider), signed_in(checks)
    rival = signed_in(StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER))
    page = reverse("commissioning:record-spend", args=[contract.uid])
    said = {
        name: value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value for name, value in typed().items()
    }

    assert (rival.get(page).status_code, body.get(page).status_code, own.get(page).status_code) == (404, 403, 200)
    sent = own.post(page, said)
    again = own.post(page, said)
    record = SpendRecord.objects.get()
    assert sent.url == reverse("commissioning:spend-record", args=[record.uid])
    assert "This looks like the £117.50" in again.content.decode()
    assert f"/documents/add/commissioning.spendrecord/{record.uid}/" in own.get(sent.url).content.decode()
    change = reverse("commissioning:spend-record-change", args=[record.uid])
    assert own.post(change, {**said, "net": "90", "version": "1"}).status_code == 302
    evidence(record, provider)
    assert (
        own.post(reverse("commissioning:submit-spend", args=[contract.uid]), {"month": "1/4/2007"}).status_code == 302
    )
    check = reverse("commissioning:spend-record-check", args=[record.uid])
    assert (own.get(check).status_code, rival.get(check).status_code) == (403, 403)
    assert body.post(check, {"verdict": "query", "question": "", "version": "3"}).status_code == 200
    assert body.post(check, {"verdict": "query", "question": "Which?", "version": "3"}).status_code == 302
    assert "Which?" in own.get(sent.url).content.decode()
    answer = reverse("commissioning:spend-record-answer", args=[record.uid])
    assert own.post(answer, {"answer": "That one", "version": "4"}).status_code == 302
    assert body.post(check, {"verdict": "accept", "version": "5"}).status_code == 302
    record.refresh_from_db()
    assert (record.state, eligible(record), record.expenditure.amount) == ("accepted", True, Decimal("107.50"))
    assert [
        browser.get(reverse("commissioning:record-list", args=["spend-records"])).context["table"].counted
        for browser in (own, body, rival)
    ] == [1, 1, 0]
