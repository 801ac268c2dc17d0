"""The audit trail as the data lead reads it."""

import pytest
from django.test import Client as Browser

from partners.models import AccessEntry, ApiKey, Consortium, Organisation, StaffMember
from partners.services.api_keys import create_key
from tests.conftest import signed_in
from tests.factories.caseload import ClientFactory


@pytest.fixture
def key(organisation: Organisation) -> tuple[ApiKey, str]:
    return create_key(organisation, label="Case system", scopes=["clients:read", "referrals:write"])


def read(administrator: StaffMember, page: str, **filters: object) -> str:
    return signed_in(administrator).get(f"/admin/audit/{page}", filters).content.decode()


def test_what_a_key_saw_names_the_key(
    key: tuple[ApiKey, str], administrator: StaffMember, organisation: Organisation
) -> None:
    ClientFactory(organisation=organisation)
    Browser().get("/api/v1/clients/", headers={"Authorization": f"Bearer {key[1]}"})

    page = read(administrator, "", key=key[0].uid)

    assert "Key “Case system” of Employment Support Unit" in page
    assert "Viewed" in page


def test_what_a_key_changed_names_the_key(
    key: tuple[ApiKey, str], administrator: StaffMember, city_council: Organisation
) -> None:
    client = {"given_name": "Sam", "family_name": "Testperson", "date_of_birth": "1979-02-03"}
    answer = Browser().post(
        "/api/v1/referrals/",
        {
            "to_organisation": "city-council",
            "made_on": "2007-05-14",
            "client": client,
            "consent": {"purpose": "sharing", "given_on": "2007-05-14", "method": "paper"},
        },
        content_type="application/json",
        headers={"Authorization": f"Bearer {key[1]}"},
    )
    assert answer.status_code == 201, answer.content

    page = read(administrator, "changes/", kind="caseload.client", key=key[0].uid)

    assert "Key “Case system” of Employment Support Unit" in page


def test_the_trail_is_narrowed_to_one_request(scope: Consortium, administrator: StaffMember) -> None:
    for request_id in ("first", "second"):
        AccessEntry(
            action="viewed", subject="caseload.client", request_id=request_id, purpose=f"For {request_id}"
        ).save()

    page = read(administrator, "", request="second")

    assert "For second" in page
    assert "For first" not in page


def test_changes_are_narrowed_to_one_request(administrator: StaffMember) -> None:
    browser = signed_in(administrator)
    answers = [browser.post("/organisations/new/", {"name": name, "type": "other"}) for name in ("One", "Two")]
    second = Organisation.objects.get(name="Two")

    page = read(administrator, "changes/", kind="partners.organisation", request=answers[1]["X-Request-Id"])

    assert second.external_id in page
    assert Organisation.objects.get(name="One").external_id not in page
