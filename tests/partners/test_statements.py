"""Queries kept as SQL stay within their consortium, and records come through them as the ORM reads them."""

import datetime as dt

import pytest

from caseload.models import ClientAddress, PlanAction
from partners.errors import NoConsortiumInScope
from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from partners.platform.tenancy.statements import Slot, Statement, Together, among
from tests.factories.caseload import ClientAddressFactory, ClientFactory, PlanActionFactory

ADDRESSES = Statement(
    lambda consortium: ClientAddress._base_manager.filter(
        among("client", Slot("clients")), consortium=consortium
    ).values_list("postcode")
)
BOTH = Together(
    addresses=lambda consortium: ClientAddress._base_manager.filter(consortium=consortium),
    actions=lambda consortium: PlanAction._base_manager.filter(consortium=consortium),
)


def test_without_a_consortium_it_does_not_run(db: None) -> None:
    with pytest.raises(NoConsortiumInScope):
        ADDRESSES.rows(clients=[1])


def test_each_run_reads_its_own_consortium(consortium: Consortium, other_consortium: Consortium) -> None:
    found = {}
    for place, postcode in ((consortium, "LE1 1AA"), (other_consortium, "SR1 1AA")):
        with in_consortium(place.pk):
            found[postcode] = ClientAddressFactory(client=ClientFactory(), postcode=postcode).client_id

    with in_consortium(consortium.pk):
        assert ADDRESSES.rows(clients=list(found.values())) == [("LE1 1AA",)]


def test_records_read_together_are_those_the_orm_reads(scope: Consortium) -> None:
    client = ClientFactory()
    address = ClientAddressFactory(client=client, from_date=dt.date(2007, 1, 2))
    action = PlanActionFactory(client=client, due_on=None)

    together = BOTH.lists()

    for found, written in ((together["addresses"], address), (together["actions"], action)):
        written.refresh_from_db()
        (record,) = found
        assert {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields} == {
            f.attname: getattr(written, f.attname) for f in written._meta.concrete_fields
        }
