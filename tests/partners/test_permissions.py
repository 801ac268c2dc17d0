"""What a role may do depends on whose it is."""

import pytest

from partners.enums import Role
from partners.models import Consortium
from partners.permissions import Capability, may
from tests.conftest import signed_in
from tests.factories.partners import OrganisationFactory, StaffFactory


@pytest.mark.parametrize("role", [Role.MONITORING_OFFICER, Role.ADMINISTRATOR])
def test_all_records_leave_through_the_accountable_body_only(scope: Consortium, role: Role) -> None:
    body = StaffFactory(organisation=OrganisationFactory(accountable_body=True), role=role)
    partner = StaffFactory(organisation=OrganisationFactory(), role=role)

    assert may(body, Capability.MOVE_RECORDS)
    assert not may(partner, Capability.MOVE_RECORDS)
    assert signed_in(partner).post("/exchange/export/").status_code == 403
