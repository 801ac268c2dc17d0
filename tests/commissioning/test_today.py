"""What money puts on the Today page, of what one may see."""

import datetime as dt

from commissioning.models import Contract
from commissioning.views.today import contracts_to_look_at
from partners.models import StaffMember
from tests.factories.commissioning import (
    ContractFactory,
    ContractProfileFactory,
    ExpenditureFactory,
)

TODAY = dt.date(2007, 6, 15)


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
