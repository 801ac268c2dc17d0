"""The reference of a client registered here: short, checked, nobody else's, and the client's for good."""

import csv
import re
from pathlib import Path

import pytest

from caseload import references
from caseload.models import Client
from caseload.queries.caseload import Asked, caseload_for
from caseload.references import as_reference, check_digit, propose
from partners.models import Consortium, StaffMember
from partners.platform.exchange.exporting import export_package
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.packages import load
from tests.factories.caseload import MAY_14, ClientFactory
from tests.factories.partners import ConsortiumFactory


def test_the_digit_that_checks_is_damms() -> None:
    assert check_digit("572") == 4  # Damm's own example


def test_a_digit_misheard_or_two_exchanged_is_nobodys_reference() -> None:
    said = "48291736"

    for place, digit in enumerate(said):
        misheard = (said[:place] + other + said[place + 1 :] for other in "0123456789" if other != digit)
        assert {as_reference(each) for each in misheard} == {""}
    for place in range(7):
        exchanged = said[:place] + said[place + 1] + said[place] + said[place + 2 :]
        assert as_reference(exchanged) == ""


@pytest.mark.parametrize("typed", ["C-4829-1736", "c48291736", "4829 1736", " C 4829-1736 "])
def test_a_reference_is_found_however_it_is_typed(adviser: StaffMember, typed: str) -> None:
    client = ClientFactory(organisation=adviser.organisation, external_id="C-4829-1736")

    assert list(caseload_for(adviser, Asked(text=typed), today=MAY_14)) == [client]


@pytest.mark.parametrize("given", ["48291736", "JCP-99812"])
def test_a_reference_that_came_along_is_kept_and_found_as_it_is(adviser: StaffMember, given: str) -> None:
    client = ClientFactory(organisation=adviser.organisation, external_id=given)

    assert list(caseload_for(adviser, Asked(text=given), today=MAY_14)) == [client]


def test_a_client_registered_here_gets_a_short_reference_of_its_own(scope: Consortium) -> None:
    given = {ClientFactory().external_id for _ in range(20)}

    assert len(given) == 20
    assert all(re.fullmatch(r"C-\d{4}-\d{4}", each) and as_reference(each) == each for each in given)


def test_a_reference_that_is_taken_is_not_given_again(scope: Consortium, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ClientFactory().external_id
    proposals = iter([[taken], [taken, "C-4829-1736"]])
    monkeypatch.setattr(references, "propose", lambda: next(proposals))

    assert ClientFactory().external_id == "C-4829-1736"


def test_references_are_proposed_by_chance() -> None:
    assert len({each for _ in range(10) for each in propose()}) == 40


def test_a_registered_client_keeps_its_reference_through_a_package(scope: Consortium, tmp_path: Path) -> None:
    reference = ClientFactory().external_id
    export_package(tmp_path)

    with in_consortium(ConsortiumFactory().pk):
        load(tmp_path)

        assert [client.external_id for client in Client.objects.all()] == [reference]
    with (tmp_path / "clients.csv").open() as file:
        assert [row["id"] for row in csv.DictReader(file)] == [reference]
