"""One door for sending a referral: a page and a partner's call are judged alike, in the same words."""

from datetime import date, timedelta
from typing import Any

import pytest

from caseload.errors import ConsentMissing
from caseload.models import Client, Referral
from caseload.services.sending import Sending, judge_sending, require_consent, send_referral
from commissioning.models import Service
from partners.errors import CaseloadError
from partners.models import Organisation, StaffMember
from partners.services.api_keys import create_key
from tests.factories.caseload import ClientFactory, ConsentFactory
from tests.factories.commissioning import ServiceFactory
from tests.factories.partners import OrganisationFactory

TODAY = date(2026, 11, 29)


@pytest.fixture
def others(scope: object) -> list[Organisation]:
    return [OrganisationFactory(name=f"Partner {number}", external_id=f"partner-{number}") for number in (1, 2)]


def judged(by: Any, **asked: Any) -> dict[str, list[str]]:
    """Return what the door says is wrong, by field."""
    wanted = {"service": None, "made_on": TODAY, "reason": "", "urgent": False} | asked
    try:
        judge_sending(Sending(**wanted), by=by, today=TODAY)
    except CaseloadError as refusal:
        return {name: list(sentences) for name, sentences in refusal.fields.items()}
    return {}


def test_staff_and_a_partners_key_are_refused_in_the_same_words(
    adviser: StaffMember, others: list[Organisation]
) -> None:
    key, _ = create_key(adviser.organisation, label="Test", scopes=["referrals:write"])
    services: list[Service] = [ServiceFactory(organisation=each) for each in others]
    asked: list[dict[str, Any]] = [
        {"to_organisation": others[0], "service": services[0]},
        {"to_organisation": adviser.organisation, "made_on": TODAY + timedelta(days=1)},
        {"to_organisation": others[0], "service": services[1], "made_on": TODAY + timedelta(days=1)},
    ]

    for each in asked:
        assert judged(adviser, **each) == judged(key, **each)

    assert judged(adviser, **asked[0]) == {}
    assert judged(adviser, **asked[1]) == {
        "to_organisation": ["Choose another organisation than your own."],
        "made_on": ["Enter today or a day in the past."],
    }
    assert list(judged(adviser, **asked[2])) == ["service", "made_on"]


def test_what_is_wrong_is_named_by_a_call_as_by_a_page(
    adviser: StaffMember, others: list[Organisation], client: Any
) -> None:
    service = ServiceFactory(organisation=others[1], external_id="of-two")
    record = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    ConsentFactory(client=record, organisation=None)
    _, secret = create_key(adviser.organisation, label="Test", scopes=["referrals:write"])
    person = {"given_name": "Sam", "family_name": "Testperson"}
    body = {"to_organisation": "partner-1", "service": "of-two", "made_on": "2026-11-01", "client": person}

    with pytest.raises(CaseloadError) as refusal:
        send_referral(record, to_organisation=others[0], service=service, made_on=TODAY, by=adviser)
    answer = client.post(
        "/api/v1/referrals/", body, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )

    (sentence,) = refusal.value.fields["service"]
    assert sentence == "Choose a service of Partner 1."
    assert {"pointer": "/service", "detail": sentence} in answer.json()["errors"]
    assert not Referral.objects.exists()


def test_only_a_consent_to_share_in_force_opens_the_door(scope: object) -> None:
    record: Client = ClientFactory()
    lasting, over = (
        ConsentFactory(client=record, purpose="sharing", given_on=date(2026, 1, 1), expires_on=last)
        for last in (TODAY, TODAY - timedelta(days=1))
    )
    tracking = ConsentFactory(client=record, purpose="tracking", given_on=date(2026, 1, 1))

    assert require_consent(lasting, today=TODAY) == lasting
    for consent in (None, over, tracking):
        with pytest.raises(ConsentMissing):
            require_consent(consent, today=TODAY)
