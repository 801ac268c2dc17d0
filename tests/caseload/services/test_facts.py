import datetime as dt

import pytest

from caseload.enums import CircumstanceCode, CircumstanceKind, ConsentPurpose
from caseload.evidence import index_of_nino
from caseload.models import Client, PossibleMatch
from caseload.services import facts
from caseload.services.registering import register_client
from partners.errors import CaseloadError, ChangedMeanwhile
from partners.models import StaffMember
from tests.factories.caseload import ClientAddressFactory, ClientFactory

MAY_14 = dt.date(2007, 5, 14)
CONSENT = {"method": "paper", "form_version": "3", "expires_on": None}


@pytest.fixture
def client(adviser: StaffMember) -> Client:
    return ClientFactory(organisation=adviser.organisation, adviser=adviser)


def test_moving_ends_the_address_before_on_the_day_before(client: Client, adviser: StaffMember) -> None:
    old = ClientAddressFactory(client=client, from_date=dt.date(2006, 1, 1))

    facts.add_address(client, from_date=MAY_14, postcode="LE1 1AA", by=adviser)

    old.refresh_from_db()
    assert old.to_date == dt.date(2007, 5, 13)


def test_a_benefit_code_makes_a_benefit(client: Client, adviser: StaffMember) -> None:
    jsa = facts.add_circumstance(client, code=CircumstanceCode.JSA, from_date=MAY_14, by=adviser)
    carer = facts.add_circumstance(client, code=CircumstanceCode.CARER, from_date=MAY_14, by=adviser)

    assert (jsa.kind, carer.kind) == (CircumstanceKind.BENEFIT, CircumstanceKind.STATUS)


def test_ending_a_spell_before_it_began_is_refused(client: Client, adviser: StaffMember) -> None:
    spell = facts.add_circumstance(client, code=CircumstanceCode.JSA, from_date=MAY_14, by=adviser)

    with pytest.raises(CaseloadError) as refusal:
        facts.end_spell(spell, on=dt.date(2007, 5, 1), version=1, by=adviser)

    assert refusal.value.fields == {"to_date": ["The end must be on or after the day it began."]}


def test_the_blind_index_follows_the_nino(client: Client, adviser: StaffMember) -> None:
    facts.change_client(client, version=1, values={"nino": "QQ123456C"}, by=adviser)

    client.refresh_from_db()
    assert client.nino_index == index_of_nino("QQ123456C")


def test_the_second_of_two_windows_is_told(client: Client, adviser: StaffMember) -> None:
    facts.change_client(client, version=1, values={"phone": "0116 496 0000"}, by=adviser)

    with pytest.raises(ChangedMeanwhile):
        facts.change_client(client, version=1, values={"phone": "0116 496 0001"}, by=adviser)


def test_registering_makes_record_adviser_address_and_consents(adviser: StaffMember) -> None:
    client = register_client(
        identity={"given_name": "Asha", "family_name": "Invented"},
        registered_on=MAY_14,
        agreed_to={ConsentPurpose.TRACKING: True, ConsentPurpose.SHARING: True},
        consent=CONSENT,
        by=adviser,
        address={"postcode": "LE5 3GH", "ward": "Charnwood"},
        benefit=CircumstanceCode.JSA,
        benefit_from=dt.date(2006, 10, 1),
    )

    client.refresh_from_db()
    assert (client.organisation, client.adviser) == (adviser.organisation, adviser)
    assert client.addresses.get().ward == "Charnwood"
    assert client.circumstances.get().code == CircumstanceCode.JSA
    assert set(client.consents.values_list("purpose", "form_version")) == {("tracking", "3"), ("sharing", "3")}


def test_without_consent_there_is_no_record(adviser: StaffMember) -> None:
    with pytest.raises(CaseloadError):
        register_client(
            identity={"given_name": "Asha", "family_name": "Invented"},
            registered_on=MAY_14,
            agreed_to={ConsentPurpose.TRACKING: False},
            consent=CONSENT,
            by=adviser,
        )

    assert not Client.objects.exists()


def test_a_double_one_may_not_see_is_noted_for_others(adviser: StaffMember, outsider: StaffMember) -> None:
    born = dt.date(1979, 2, 3)
    known = ClientFactory(
        given_name="Asha", family_name="Invented", date_of_birth=born, organisation=outsider.organisation
    )

    client = register_client(
        identity={"given_name": "Asha", "family_name": "Invented", "date_of_birth": born},
        registered_on=MAY_14,
        agreed_to={ConsentPurpose.TRACKING: True},
        consent=CONSENT,
        by=adviser,
    )

    assert PossibleMatch.objects.get(client=client).other == known


def test_a_corrected_birth_date_finds_who_is_alike(client: Client, adviser: StaffMember) -> None:
    same, _ = (
        ClientFactory(given_name="Sam", family_name=name, date_of_birth="1979-02-03") for name in ("Okonjo", "Other")
    )
    names = {"given_name": "Sam", "family_name": "Okonjo"}
    facts.change_client(client, version=client.version, values=names, by=adviser)
    client.refresh_from_db()
    assert not PossibleMatch.objects.exists()

    facts.change_client(client, version=client.version, values={"date_of_birth": dt.date(1979, 2, 3)}, by=adviser)

    match = PossibleMatch.objects.get()
    assert {match.client, match.other} == {client, same}
