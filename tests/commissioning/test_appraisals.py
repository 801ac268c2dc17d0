"""Major or novel money is approved on the strength of an appraisal, which somebody else than its writer decided."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from commissioning.enums import AppraisalState
from commissioning.kinds.appraisal import KIND
from commissioning.models import Appraisal, Contract, LedgerAct
from commissioning.services.appraisals import decide_appraisal
from commissioning.services.ledger import TABLES, follow_records
from commissioning.services.ledger_acts import approve, ask_allocation, why_not_approved
from partners.enums import Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, Organisation, StaffMember
from partners.platform.records.keeping import keeper_of
from tests.conftest import signed_in
from tests.factories.commissioning import AppraisalFactory, ContractFactory, ContributionFactory
from tests.factories.partners import StaffFactory

DAY = dt.date(2007, 6, 1)


@pytest.fixture
def asks(city_council: Organisation) -> StaffMember:
    city_council.consortium.pack_data = {
        "approvals": [{"role": "head_of_finance", "up_to": None, "basis": "b"}],
        "appraisals": [{"from_amount": "400.00", "basis": "b"}],
    }
    city_council.consortium.save()
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


@pytest.fixture
def head(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.HEAD_OF_FINANCE)
    return found


@pytest.fixture
def contract(scope: Consortium) -> Contract:
    """A contract out of a pot of £5,000; another contract has an appraisal that is no use to it."""
    found: Contract = ContractFactory(value=300)
    ContributionFactory(funding_stream=found.funding_stream, amount=5000)
    follow_records(TABLES, by=None)
    return found


def decided(contract: Contract, head: StaffMember, *, amount: int, state: str = "favourable") -> Appraisal:
    made = AppraisalFactory(contract=contract, amount=amount)
    return decide_appraisal(made, state=state, decision="It stands up.", version=made.version, by=head)


def asked(contract: Contract, amount: int, by: StaffMember, **more: Any) -> LedgerAct:
    return ask_allocation(contract, amount=Decimal(amount), on=DAY, note="More places", by=by, **more)


def test_a_major_allocation_waits_for_a_favourable_appraisal_of_its_contract(
    contract: Contract, asks: StaffMember, head: StaffMember
) -> None:
    act = asked(contract, 400, asks)
    decided(ContractFactory(), head, amount=9000)
    decided(contract, head, amount=399)
    decided(contract, head, amount=9000, state="unfavourable")
    AppraisalFactory(contract=contract, amount=9000)

    assert why_not_approved(act, head) == (
        f"An allocation of £400.00 or more needs a favourable appraisal of {contract} that covers £400.00."
    )
    with pytest.raises(CaseloadError, match="needs a favourable appraisal"):
        approve(act, version=act.version, by=head)

    covering = decided(contract, head, amount=400, state="conditional")
    approve(act, version=act.version, by=head)
    act.refresh_from_db()
    assert act.appraisal == covering


def test_one_appraisal_carries_one_allocation(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    covering = decided(contract, head, amount=900)
    first, second = asked(contract, 500, asks), asked(contract, 500, asks)
    approve(first, version=first.version, by=head)

    with pytest.raises(CaseloadError, match="needs a favourable appraisal"):
        approve(second, version=second.version, by=head)
    with pytest.raises(IntegrityError, match="appraised_once"), transaction.atomic():
        LedgerAct.objects.filter(pk=second.pk).update(
            state="done", decided_by=head, decided_at=second.asked_at, appraisal=covering
        )


def test_a_small_one_needs_none_unless_it_is_called_special(
    contract: Contract, asks: StaffMember, head: StaffMember
) -> None:
    plain, special, back = (
        asked(contract, 10, asks),
        asked(contract, 10, asks, is_special=True),
        asked(contract, -200, asks),
    )

    assert [why_not_approved(act, head) for act in (plain, back)] == ["", ""]
    assert why_not_approved(special, head).startswith("A complex, innovative or sensitive proposal needs")


def test_whoever_writes_it_does_not_decide_it_and_the_database_agrees(
    contract: Contract, asks: StaffMember, head: StaffMember, outsider: StaffMember
) -> None:
    assert KIND.keeps is not None
    like = AppraisalFactory(contract=contract)
    written = keeper_of(KIND).add({name: getattr(like, name) for name in KIND.keeps.fields}, by=asks)
    decision = {"state": "favourable", "decision": "Yes.", "version": written.version}

    with pytest.raises(CaseloadError, match="You wrote this"):
        decide_appraisal(written, **decision, by=asks)
    with pytest.raises(NotAllowed):
        decide_appraisal(written, **decision, by=outsider)
    with pytest.raises(CaseloadError, match="Enter the reasons"):
        decide_appraisal(written, **{**decision, "decision": " "}, by=head)
    with pytest.raises(ChangedMeanwhile):
        decide_appraisal(written, **{**decision, "version": 9}, by=head)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Appraisal.objects.filter(pk=written.pk).update(
            state="favourable", decided_by=asks, decided_at="2007-06-01T10:00Z"
        )
    written.refresh_from_db()
    assert written.state == AppraisalState.DRAFT


def test_what_is_decided_stays(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    appraisal = decided(contract, head, amount=900)

    with pytest.raises(CaseloadError, match="stays as it is"):
        keeper_of(KIND).change(appraisal, {"amount": Decimal(9000)}, version=appraisal.version, by=asks)
    with pytest.raises(CaseloadError, match="stays as it is"):
        keeper_of(KIND).remove(appraisal, reason="No", version=appraisal.version, by=asks)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        Appraisal.objects.filter(pk=appraisal.pk).update(amount=9000)


def test_it_is_decided_in_the_browser(contract: Contract, asks: StaffMember, head: StaffMember) -> None:
    AppraisalFactory(contract=ContractFactory())
    appraisal = AppraisalFactory(contract=contract, written_by=asks)
    url = reverse("commissioning:appraisal-decide", args=[appraisal.uid])
    given = {"state": "conditional", "decision": "Only for two years.", "version": appraisal.version}

    assert "Somebody else decides it" in signed_in(asks).get(appraisal_url(appraisal)).content.decode()
    refused = signed_in(head).post(url, {**given, "decision": ""}).content.decode()
    assert "Enter the reasons" in refused
    page = signed_in(head).post(url, given, follow=True).content.decode()

    assert "Only for two years." in page
    assert "Favourable, with conditions" in page
    assert f"{url}" not in page


def appraisal_url(appraisal: Appraisal) -> str:
    return reverse("commissioning:appraisal", args=[appraisal.uid])
