"""What money puts on the Today page, of what one may see."""

import datetime as dt

import pytest

from commissioning.models import Contract
from commissioning.views.today import contracts_to_look_at, contributions_to_agree, invoices_unpaid
from partners.enums import Role
from partners.models import Organisation, StaffMember
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ContributionFactory,
    ExpenditureFactory,
)
from tests.factories.partners import StaffFactory

TODAY = dt.date(2007, 6, 15)


@pytest.fixture
def finance(city_council: Organisation) -> StaffMember:
    found: StaffMember = StaffFactory(organisation=city_council, role=Role.FINANCE_OFFICER)
    return found


def contract(title: str, *, spent: int, ends_on: dt.date = dt.date(2008, 3, 31), **more: object) -> Contract:
    made: Contract = ContractFactory(title=title, ends_on=ends_on, **more)
    ContractProfileFactory(contract=made, month=dt.date(2007, 4, 1), planned=10_000)
    ExpenditureFactory(contract=made, incurred_on=dt.date(2007, 4, 20), amount=spent, defrayed_on=dt.date(2007, 5, 1))
    return made


def test_contracts_away_from_their_profile_and_those_soon_over_are_listed_by_why(commissioner: StaffMember) -> None:
    contract("Advice", spent=9_900)
    contract("Training", spent=12_000)
    contract("Coaching", spent=6_000)
    contract("Outreach", spent=10_000, ends_on=dt.date(2007, 7, 31))
    contract("Before", spent=20_000, starts_on=dt.date(2006, 4, 1), ends_on=dt.date(2007, 3, 31))

    found = contracts_to_look_at(commissioner, TODAY)

    assert found is not None
    assert [(group.title, [row.title for row in group.rows]) for group in found.groups] == [
        ("Above profile", ["Training"]),
        ("Below profile", ["Coaching"]),
        ("Soon over", ["Outreach"]),
    ]
    assert "£12,000.00 of £10,000.00" in found.groups[0].rows[0].detail


def test_a_provider_reads_of_its_own_contracts_alone(manager: StaffMember) -> None:
    contract("Ours", spent=12_000, provider=manager.organisation)
    contract("Theirs", spent=12_000)

    found = contracts_to_look_at(manager, TODAY)

    assert found is not None
    assert [row.title for group in found.groups for row in group.rows] == ["Ours"]


def test_invoices_that_wait_longer_than_a_month_are_counted(finance: StaffMember, manager: StaffMember) -> None:
    ExpenditureFactory(incurred_on=dt.date(2007, 5, 16), defrayed_on=None, eligible=True)
    ExpenditureFactory(incurred_on=dt.date(2007, 5, 17), defrayed_on=None, eligible=None)
    ExpenditureFactory(incurred_on=dt.date(2007, 4, 2), defrayed_on=dt.date(2007, 5, 1), eligible=None)
    ExpenditureFactory(incurred_on=dt.date(2007, 4, 2), defrayed_on=None, eligible=True, amount=-50)

    count = invoices_unpaid(finance, TODAY)

    assert count is not None
    assert (count.number, count.text) == (1, "invoice unpaid for a month or longer")
    assert count.note == "2 not judged eligible or not"
    assert invoices_unpaid(manager, TODAY) is None  # none of them is of a contract of theirs


def test_contributions_wait_until_they_are_agreed(commissioner: StaffMember) -> None:
    assert contributions_to_agree(commissioner, TODAY) is None
    for status in ("agreed", "proposed", "withdrawn", "proposed"):
        ContributionFactory(status=status, agreed_on=TODAY if status == "agreed" else None)

    count = contributions_to_agree(commissioner, TODAY)

    assert count is not None
    assert count.number == 2
