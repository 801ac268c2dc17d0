import datetime as dt
from typing import Any

import pytest

from caseload.evidence import index_of_nino
from caseload.models import Client
from caseload.queries.caseload import Asked, caseload_for, lines_of
from caseload.queries.search import read_search
from partners.models import StaffMember
from tests.factories.caseload import (
    ActivityFactory,
    ClientAddressFactory,
    ClientFactory,
    ClientReferenceFactory,
    JobFactory,
    StageEventFactory,
)

TODAY = dt.date(2007, 9, 3)


def found(staff: StaffMember, **asked: str) -> list[Client]:
    return list(caseload_for(staff, Asked(**asked), today=TODAY))


@pytest.mark.parametrize("text", ["oneil", "O'Neil", "ONEIL sh", "siobhan", "Síobhan O Neil", "oneil, siob"])
def test_a_name_is_found_however_it_is_typed(adviser: StaffMember, text: str) -> None:
    client = ClientFactory(given_name="Siobhan", family_name="O'Neil", organisation=adviser.organisation)
    ClientFactory(given_name="Tom", family_name="Smith", organisation=adviser.organisation)
    expected = [] if text == "ONEIL sh" else [client]

    assert found(adviser, text=text) == expected


def test_a_nino_finds_one(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, nino="QQ123456C", nino_index=index_of_nino("QQ123456C"))
    ClientFactory(organisation=adviser.organisation)

    assert found(adviser, text="qq 12 34 56 c") == [client]


def test_a_postcode_finds_who_lived_there(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation)
    ClientAddressFactory(client=client, postcode="LE5 3GH", to_date=dt.date(2007, 6, 1))
    ClientAddressFactory(client=ClientFactory(organisation=adviser.organisation), postcode="LE1 1AA")

    assert found(adviser, text="le53gh") == [client]


def test_ones_own_reference_finds_its_client_and_anothers_tells_nothing(
    adviser: StaffMember, outsider: StaffMember
) -> None:
    ours, theirs = (ClientFactory(organisation=adviser.organisation) for _ in range(2))
    ClientReferenceFactory(client=ours, organisation=adviser.organisation, reference="ESU-99812")
    ClientReferenceFactory(client=theirs, organisation=outsider.organisation, reference="JCP-99812")

    assert found(adviser, text="ESU-99812") == [ours]
    assert found(adviser, text="JCP-99812") == []


def test_a_search_stays_within_sight(adviser: StaffMember, outsider: StaffMember) -> None:
    ClientFactory(given_name="Nobody", family_name="Else", organisation=outsider.organisation)

    assert found(adviser, text="else") == []


def test_the_stage_is_the_latest_step(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    StageEventFactory(client=client, stage="assessed", occurred_on="2007-05-01")
    StageEventFactory(client=client, stage="plan_agreed", occurred_on="2007-06-01")

    assert found(adviser, stage="plan_agreed") == [client]
    assert found(adviser, stage="assessed") == []


def test_who_works_is_in_work(adviser: StaffMember) -> None:
    client = ClientFactory(organisation=adviser.organisation, adviser=adviser)
    JobFactory(client=client)

    assert found(adviser, stage="working") == [client]


def test_longest_without_contact_comes_first(adviser: StaffMember) -> None:
    recent, never, old = (ClientFactory(organisation=adviser.organisation, adviser=adviser) for _ in range(3))
    ActivityFactory(client=recent, occurred_on="2007-09-01")
    ActivityFactory(client=old, occurred_on="2007-06-01")

    assert found(adviser, order="contact") == [never, old, recent]


@pytest.mark.parametrize("number", [1, 3])
def test_what_stands_beside_names_takes_four_queries(
    adviser: StaffMember, number: int, django_assert_num_queries: Any
) -> None:
    clients = [ClientFactory(organisation=adviser.organisation, adviser=adviser) for _ in range(number)]
    for client in clients:
        StageEventFactory(client=client, stage="assessed")
        ActivityFactory(client=client, occurred_on="2007-06-01")
        ClientAddressFactory(client=client, ward="Castle")

    with django_assert_num_queries(4):
        lines = lines_of(clients, today=TODAY)

    line = lines[clients[0].pk]
    assert (line.stage, line.last_contact, line.ward) == ("assessed", dt.date(2007, 6, 1), "Castle")


@pytest.mark.parametrize(
    ("text", "how"),
    [("QQ 12 34 56 C", "nino"), ("LE5 3GH", "postcode"), ("le5", "postcode"), ("Smith", "name or reference")],
)
def test_typed_text_is_understood(text: str, how: str) -> None:
    assert read_search(text).how == how
