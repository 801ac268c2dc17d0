"""Variations of a contract: asked by one, decided by another, numbered, with what was planned before."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissioning.enums import VariationState
from commissioning.models import Contract, ContractProfile, Variation
from commissioning.queries.profiles import profile_of
from commissioning.services.ledger import TABLES, follow_records
from commissioning.services.months import close_months, closed_months, open_months
from commissioning.services.variations import approve_variation, ask_variation, refuse_variation
from partners.enums import Role
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import Consortium, Organisation, StaffMember
from tests.commissioning.test_ledger import balances
from tests.conftest import signed_in
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ContributionFactory,
    ExpenditureFactory,
)
from tests.factories.partners import OrganisationFactory, StaffFactory

APRIL, MAY, JUNE = (dt.date(2007, month, 1) for month in (4, 5, 6))


@pytest.fixture
def officer(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.MONITORING_OFFICER)
    return found


@pytest.fixture
def decides(city_council: Organisation) -> StaffMember:
    city_council.consortium.pack_data = {
        "approvals": [
            {"role": "finance_officer", "up_to": "500.00", "basis": "b"},
            {"role": "head_of_finance", "up_to": None, "basis": "b"},
        ]
    }
    city_council.consortium.save()
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


@pytest.fixture
def contract(scope: Consortium) -> Contract:
    """A contract of £300 planned over two months, beside another that is planned in the same months."""
    found: Contract = ContractFactory(value=300)
    for of in (found, ContractFactory(value=300, funding_stream=found.funding_stream, provider=found.provider)):
        for month in (APRIL, MAY):
            ContractProfileFactory(contract=of, month=month, planned=150)
            ContractProfileFactory(contract=of, month=month, kind="output", indicator="kpi_5", planned=4)
    ContributionFactory(funding_stream=found.funding_stream, amount=1000)
    follow_records(TABLES, by=None)
    return found


def spend(month: dt.date) -> tuple[dt.date, str, str]:
    return month, "spend", ""


def asked(contract: Contract, by: StaffMember, **more: Any) -> Variation:
    planned = more.pop("planned", {spend(APRIL): Decimal(100), spend(JUNE): Decimal(50)})
    return ask_variation(contract, reason="underspend", text="Started late", planned=planned, by=by, **more)


def planned(contract: Contract) -> dict[dt.date, Decimal]:
    return dict(contract.profiles.filter(kind="spend").order_by("month").values_list("month", "planned"))


def test_a_variation_changes_the_profile_when_somebody_else_approves_it_and_keeps_what_was_before(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    variation = asked(contract, officer)
    assert planned(contract) == {APRIL: 150, MAY: 150}

    done = approve_variation(variation, version=variation.version, by=decides)
    second = asked(contract, decides, planned={spend(JUNE): Decimal(45), (MAY, "output", "kpi_5"): Decimal(6)})
    approve_variation(
        second, version=second.version, by=StaffFactory(organisation=decides.organisation, role=decides.role)
    )

    assert done.number == 1
    assert planned(contract) == {APRIL: 100, MAY: 150, JUNE: 45}
    profile = profile_of(contract)
    june = profile.spend.months[JUNE]
    assert (june.original, june.after, june.now) == (0, [50, 45], 45)
    total = profile.spend.total
    assert (total.original, total.after, total.now) == (300, [300, 295], 295)
    outputs = next(each for each in profile.columns if each.what == ("output", "kpi_5"))
    assert (outputs.months[MAY].original, outputs.months[MAY].after, outputs.months[MAY].now) == (4, [4, 6], 6)
    other = Contract.objects.exclude(pk=contract.pk).get()
    assert planned(other) == {APRIL: 150, MAY: 150}


def test_numbers_count_one_contract_without_gaps(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    other = Contract.objects.exclude(pk=contract.pk).get()
    keys = (spend(APRIL), spend(MAY), (JUNE, "output", "kpi_5"))
    first, refused, second = (asked(contract, officer, planned={key: Decimal(1)}) for key in keys)
    elsewhere = asked(other, officer)

    refuse_variation(refused, version=1, decision="Not now", by=decides)
    numbers = [approve_variation(each, version=1, by=decides).number for each in (second, elsewhere, first)]

    assert numbers == [1, 1, 2]
    with pytest.raises(IntegrityError), transaction.atomic():
        Variation.objects.filter(pk=asked(other, officer, planned={spend(MAY): Decimal(9)}).pk).update(
            number=1, state=VariationState.APPROVED, decided_by=decides, decided_at=timezone.now()
        )


def test_nobody_decides_what_they_asked_for_and_the_database_holds_it(
    contract: Contract, decides: StaffMember, officer: StaffMember
) -> None:
    variation = asked(contract, decides)

    with pytest.raises(CaseloadError, match="Somebody else decides"):
        approve_variation(variation, version=1, by=decides)
    with pytest.raises(CaseloadError, match="does not allow"):
        approve_variation(variation, version=1, by=officer)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Variation.objects.filter(pk=variation.pk).update(
            number=1, state=VariationState.APPROVED, decided_by=decides, decided_at=timezone.now()
        )
    assert planned(contract) == {APRIL: 150, MAY: 150}


def test_what_is_decided_stays(contract: Contract, officer: StaffMember, decides: StaffMember) -> None:
    variation = asked(contract, officer)
    approve_variation(variation, version=1, by=decides)

    with pytest.raises(ChangedMeanwhile):
        refuse_variation(variation, version=1, decision="Late", by=decides)
    with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
        Variation.objects.filter(pk=variation.pk).update(text="Something else")
    with pytest.raises(Exception, match=r"denied|[Cc]annot"), transaction.atomic():
        variation.lines.update(before=0)


def test_a_closed_month_is_refused_when_it_is_asked_and_when_it_was_closed_since(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    other = Contract.objects.exclude(pk=contract.pk).get()
    early = asked(contract, officer)
    close_months(until=dt.date(2007, 4, 30), origin="claim", reason="the claim is signed", contracts=[contract.pk])

    with pytest.raises(CaseloadError, match=r"April 2007 cannot be changed\. Closed until 30 April 2007"):
        asked(contract, officer)
    with pytest.raises(CaseloadError, match="the claim is signed"):
        approve_variation(early, version=1, by=decides)
    assert planned(contract) == {APRIL: 150, MAY: 150}
    assert approve_variation(asked(other, officer), version=1, by=decides).number == 1
    assert (
        approve_variation(asked(contract, officer, planned={spend(MAY): Decimal(1)}), version=1, by=decides).number == 1
    )


def test_a_stream_or_all_contracts_are_closed_and_opened_when_their_claim_is_gone(contract: Contract) -> None:
    elsewhere = ContractFactory()
    close_months(until=APRIL, origin="claim a", reason="signed", streams=[contract.funding_stream_id])
    close_months(until=APRIL, origin="claim a", reason="signed", streams=[contract.funding_stream_id])
    assert (closed_months(contract).until, closed_months(elsewhere).until) == (APRIL, None)

    close_months(until=MAY, origin="return", reason="signed")
    assert (closed_months(contract).until, closed_months(elsewhere).until) == (MAY, MAY)

    open_months(beginning="claim ", but=[])
    open_months(beginning="return", but=["return"])
    assert closed_months(elsewhere).until == MAY


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"planned": {spend(APRIL): Decimal(150)}}, "Nothing changes"),
        ({"planned": {spend(dt.date(2008, 4, 1)): Decimal(1)}}, "outside the contract"),
        ({"planned": {spend(APRIL): Decimal(500)}}, "more than the £300.00"),
        ({"planned": {}, "new_end": dt.date(2007, 4, 30)}, "still planned in May 2007"),
        ({"planned": {}, "new_end": dt.date(2007, 3, 1)}, "on or after 1 April 2007"),
        ({"planned": {}, "new_value": Decimal(10)}, "£40.00 is spent already"),
    ],
)
def test_what_does_not_fit_the_contract_is_refused(
    contract: Contract, officer: StaffMember, given: dict[str, Any], said: str
) -> None:
    ExpenditureFactory(contract=contract, amount=40)
    with pytest.raises(CaseloadError, match=said):
        asked(contract, officer, **given)
    assert not Variation.objects.exists()


def test_a_new_value_is_taken_from_the_pot_and_approved_up_to_the_amount_of_a_role(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    head = StaffFactory(organisation=decides.organisation, role=Role.HEAD_OF_FINANCE)
    more = asked(contract, officer, planned={}, new_value=Decimal(700), new_end=dt.date(2008, 6, 30))
    beyond = asked(Contract.objects.exclude(pk=contract.pk).get(), officer, planned={}, new_value=Decimal(700))
    assert balances(contract.funding_stream_id)["pot"] == 400

    with pytest.raises(CaseloadError, match=r"up to £500\.00. This is"):
        approve_variation(asked(contract, officer, planned={}, new_value=Decimal(801)), version=1, by=decides)
    approve_variation(more, version=1, by=decides)
    with pytest.raises(CaseloadError, match=r"£400\.00 beyond what is agreed"):
        approve_variation(beyond, version=1, by=head)

    contract.refresh_from_db()
    assert (contract.value, contract.ends_on) == (700, dt.date(2008, 6, 30))
    assert "pot" not in balances(contract.funding_stream_id)  # nothing is left
    assert Contract.objects.exclude(pk=contract.pk).get().value == 300


def test_a_profile_that_a_package_changed_since_is_not_overwritten(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    variation = asked(contract, officer)
    ContractProfile.objects.filter(contract=contract, month=APRIL, kind="spend").update(planned=120)

    with pytest.raises(CaseloadError, match="changed since this was asked for: Spend in April 2007"):
        approve_variation(variation, version=1, by=decides)


def test_a_month_that_was_planned_twice_is_planned_once_afterwards(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    ContractProfileFactory(contract=contract, month=APRIL, planned=10)
    variation = asked(contract, officer, planned={spend(APRIL): Decimal(100)})

    approve_variation(variation, version=1, by=decides)

    april = contract.profiles.filter(month=APRIL, kind="spend").order_by("pk")
    assert [each.planned for each in april] == [100, 0]
    assert variation.lines.get().before == 160


def test_only_the_providers_own_and_those_who_monitor_ask(contract: Contract, city_council: Organisation) -> None:
    own = StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER)
    rival = StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER)
    auditor = StaffFactory(organisation=city_council, role=Role.AUDITOR)

    assert asked(contract, own).asked_by == own
    for other in (rival, auditor):
        with pytest.raises(NotAllowed):
            asked(contract, other)


def test_the_grid_asks_for_what_was_changed_and_the_page_shows_it(
    contract: Contract, officer: StaffMember, decides: StaffMember
) -> None:
    close_months(until=dt.date(2007, 4, 30), origin="claim", reason="the claim is signed", contracts=[contract.pk])
    browser, url = signed_in(officer), reverse("commissioning:vary", args=[contract.uid])
    page = browser.get(f"{url}?until=30/6/2008").content.decode()
    assert "m0-2007-04" not in page
    assert "m0-2008-06" in page
    cells = {name: field.initial for name, field in browser.get(url).context["form"].fields.items() if name[0] == "m"}

    wrong = browser.post(url, {**cells, "m0-2007-05": "12,50", "reason": "talks", "text": "We talked"})
    sent = browser.post(
        url, {**cells, "m0-2007-05": "£120.50", "m1-2007-06": "3", "reason": "talks", "text": "We talked"}
    )

    assert "point between them" in wrong.content.decode()
    assert "12,50" in wrong.content.decode()
    variation = Variation.objects.get()
    assert [(each.month, each.kind, each.after) for each in variation.lines.order_by("month")] == [
        (MAY, "spend", Decimal("120.50")),
        (JUNE, "output", 3),
    ]
    shown = browser.get(sent.url).content.decode()
    assert "£150.00" in shown
    assert "£120.50" in shown
    assert "Approve or refuse" not in shown
    decide = reverse("commissioning:variation-decide", args=[variation.uid])
    assert browser.get(decide).status_code == 403
    answer = signed_in(decides).post(decide, {"verdict": "approve", "version": "1"})
    assert answer.status_code == 302
    profile = signed_in(decides).get(reverse("commissioning:profile", args=[contract.uid]))
    assert "Variation 1" in profile.content.decode()
    exported = signed_in(decides).get(reverse("commissioning:profile", args=[contract.uid]), {"export": "csv"})
    assert "2007-05-01,Spend,150" in exported.content.decode("utf-8-sig")
    assert (
        signed_in(officer).get(reverse("commissioning:variations"), {"state": "approved"}).context["table"].counted == 1
    )


def test_a_rival_sees_nothing_of_it(contract: Contract, officer: StaffMember) -> None:
    variation = asked(contract, officer)
    rival = signed_in(StaffFactory(organisation=OrganisationFactory(), role=Role.PROJECT_MANAGER))
    own = signed_in(StaffFactory(organisation=contract.provider, role=Role.PROJECT_MANAGER))

    for page in ("variation", "profile", "vary"):
        about = variation if page == "variation" else contract
        url = reverse(f"commissioning:{page}", args=[about.uid])
        assert (rival.get(url).status_code, own.get(url).status_code) == (404, 200), page
    assert rival.get(reverse("commissioning:variations")).context["table"].counted == 0


def test_once_a_contract_began_its_profile_value_and_end_change_by_variation_only(
    contract: Contract, decides: StaffMember
) -> None:
    row = contract.profiles.filter(kind="spend").first()
    coming = ContractFactory(starts_on=dt.date(2098, 4, 1), ends_on=dt.date(2099, 3, 31))
    browser = signed_in(decides)
    typed = {"kind": "spend", "planned": "5"}
    add = reverse("commissioning:record-add", args=["profiles"])

    refused = browser.post(add, {**typed, "contract": contract.uid, "month": "1/6/2007"})
    taken = browser.post(add, {**typed, "contract": coming.uid, "month": "1/6/2098"})
    removed = browser.post(
        reverse("commissioning:record-remove", args=["profiles", row.uid]), {"reason": "Wrong", "version": "1"}
    )
    change = reverse("commissioning:record-change", args=["contracts", contract.uid])
    value = {
        "title": contract.title,
        "provider": contract.provider.uid,
        "funding_stream": contract.funding_stream.uid,
        "starts_on": "1/4/2007",
        "ends_on": "31/3/2008",
        "value": "301",
        "version": "1",
    }

    assert "changes by a variation" in refused.content.decode()
    assert taken.status_code == 302
    assert "changes by a variation" in removed.content.decode()
    assert "changes by a variation" in browser.post(change, value).content.decode()
    assert browser.post(change, {**value, "value": "300", "title": "Renamed"}).status_code == 302
