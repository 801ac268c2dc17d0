"""Whatever a record leaves empty, its list leads to it."""

import pytest
from django.urls import reverse

from partners.models import StaffMember
from tests.conftest import signed_in
from tests.factories.caseload import ClientAddressFactory, ClientFactory

pytestmark = pytest.mark.usefixtures("scope")


def test_a_record_without_a_word_in_the_first_column_can_be_opened(adviser: StaffMember) -> None:
    for postcode in ("LE1 1AA", ""):
        client = ClientFactory(organisation=adviser.organisation)
        address = ClientAddressFactory(client=client, postcode=postcode)

    page = signed_in(adviser).get(reverse("caseload:record-list", args=["addresses"])).content.decode()

    assert f'href="{reverse("caseload:record", args=["addresses", address.uid])}">Open</a>' in page
