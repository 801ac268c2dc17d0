"""Every page asks for what a role may do; one that asks for nothing is named in ``needs`` with its reason."""

import pytest

from partners.enums import Role
from partners.models import StaffMember
from partners.permissions import OF_ACCOUNTABLE_BODY, ROLES
from partners.permissions import Capability as May
from partners.platform.tenancy.scope import in_consortium
from tests.conftest import signed_in
from tests.factories.partners import StaffFactory
from tests.isolation.addresses import PAGES, Door, status_of
from tests.isolation.conftest import World
from tests.isolation.needs import NEEDS, OPEN_TO_MEMBERS, OPEN_TO_SIGN_INS, needed


def test_every_page_is_in_the_table() -> None:
    signing_in = ("account_", "mfa_", "partners:accept", "partners:healthz", "partners:readyz", "None")
    pages = {each.name for each in PAGES if not each.name.startswith(signing_in)}

    assert pages - set(needed()) - set(OPEN_TO_MEMBERS) - set(OPEN_TO_SIGN_INS) == set()


@pytest.fixture
def lacking(db: None, world: World) -> dict[May, StaffMember]:
    """Return, for each capability, somebody of the accountable body who lacks it and has as much else as can be."""
    body = world.ours[Role.ADVISER].organisation
    poorer = {
        capability: max((role for role in Role if capability not in ROLES[role]), key=lambda role: len(ROLES[role]))
        for capability in NEEDS
    }
    with in_consortium(body.consortium_id):
        return {capability: StaffFactory(organisation=body, role=role) for capability, role in poorer.items()}


@pytest.mark.slow
def test_a_page_refuses_who_lacks_its_capability(lacking: dict[May, StaffMember], doors: list[Door]) -> None:
    paths = {door.address.name: door.path for door in doors}
    opened = [
        name
        for name, capability in needed().items()
        for address in PAGES
        if address.name == name and status_of(signed_in(lacking[capability]), paths.get(name, address.path())) != 403
    ]

    assert opened == []


def test_what_belongs_to_the_accountable_body_stays_there(world: World, db: None) -> None:
    officer = signed_in(world.neighbours[Role.MONITORING_OFFICER])
    pages = [each for each in PAGES if needed().get(each.name) in OF_ACCOUNTABLE_BODY]

    assert [each.name for each in pages if status_of(officer, each.path()) != 403] == []
    assert len(pages) > 5


def test_the_operators_pages_refuse_everybody_else(world: World, db: None) -> None:
    administrator = signed_in(world.ours[Role.ADMINISTRATOR])

    assert {status_of(administrator, each.path()) for each in PAGES if "operator" in each.route} == {403}
