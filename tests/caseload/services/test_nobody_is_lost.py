"""Whatever happens, in whatever order: each client is in one lead's list, or in the owner's list without one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.models import Client, Referral, ServiceWorker
from caseload.queries.caseload import clients_of
from caseload.services.facts import give_adviser
from caseload.services.handing_over import agree, propose_lead
from caseload.services.leading import name_worker
from caseload.services.leaving import hand_clients_on
from caseload.services.merging import merge_clients, unmerge_client
from caseload.services.referrals import (
    accept_referral,
    complete_referral,
    decline_referral,
    return_referral,
    start_referral,
    withdraw_referral,
)
from caseload.services.sending import send_referral
from caseload.services.sharing import record_consent, withdraw_consent
from caseload.services.upkeep import let_a_day_pass
from partners.enums import Role
from partners.errors import CaseloadError
from partners.models import Organisation, StaffMember
from partners.services.people import end_access
from tests.factories.caseload import ClientFactory, ConsentFactory
from tests.factories.partners import OrganisationFactory, StaffFactory

TODAY = timezone.localdate()
ORGANISATIONS, ADVISERS, CLIENTS = 3, 2, 4


@dataclass
class World:
    """Three organisations with a manager and two advisers each, an administrator, a tracker, and four clients."""

    administrator: StaffMember
    tracker: StaffMember
    organisations: list[Organisation] = field(default_factory=list)
    managers: list[StaffMember] = field(default_factory=list)
    advisers: list[StaffMember] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [client.pk for client in self.clients]

    def adviser(self, number: int) -> StaffMember:
        return now(self.advisers[number % len(self.advisers)])

    def client(self, number: int) -> Client:
        found: Client = Client.objects.select_related("adviser", "organisation", "merged_into").get(
            pk=self.clients[number % CLIENTS].pk
        )
        return found

    def referral(self, number: int) -> Referral:
        mine = list(Referral.objects.filter(client__in=self.clients).order_by("pk"))
        if not mine:
            raise CaseloadError("Nothing was sent yet.")
        return mine[number % len(mine)]


def now(staff: StaffMember) -> StaffMember:
    found: StaffMember = StaffMember.objects.select_related("organisation").get(pk=staff.pk)
    return found


def world_of(administrator: StaffMember) -> World:
    tracker = StaffFactory(organisation=administrator.organisation, role=Role.TRACKING_TEAM)
    world = World(administrator, tracker)
    for _ in range(ORGANISATIONS):
        organisation = OrganisationFactory()
        world.organisations.append(organisation)
        world.managers.append(StaffFactory(organisation=organisation, role=Role.PROJECT_MANAGER))
        world.advisers += StaffFactory.create_batch(ADVISERS, organisation=organisation)
    for number in range(CLIENTS):
        client = ClientFactory(organisation=world.organisations[number % 2])
        ConsentFactory(client=client)
        world.clients.append(client)
        if number == CLIENTS - 1:
            continue  # one whom nobody leads
        lead = world.advisers[ADVISERS * (number % 2)]
        give_adviser(client, adviser=lead, on=client.registered_on, by=lead)
        for other in (1, 2):
            send(world, number, number + other)
        step(accept_referral)(world, 2 * number, number)
    return world


def send(world: World, a: int, b: int) -> None:
    """Send a client of the owner's to one of the two other organisations."""
    client = world.client(a)
    others = [each for each in world.organisations if each.pk != client.organisation_id]
    sender = next(each for each in world.managers if each.organisation_id == client.organisation_id)
    send_referral(client, to_organisation=others[b % len(others)], made_on=TODAY, by=now(sender))


def receiver(world: World, referral: Referral, number: int) -> StaffMember:
    theirs = [each for each in world.advisers if each.organisation_id == referral.to_organisation_id]
    return now(theirs[number % len(theirs)])


def step(act: Callable[..., Any], **more: Any) -> Callable[[World, int, int], None]:
    def take(world: World, a: int, b: int) -> None:
        referral = world.referral(a)
        act(referral, by=receiver(world, referral, b), on=TODAY, **more)

    return take


def withdraw(world: World, a: int, b: int) -> None:
    referral = world.referral(a)
    withdraw_referral(referral, by=now(referral.made_by), on=TODAY)


def consent_ends(world: World, a: int, b: int) -> None:
    for consent in world.client(a).consents.filter(withdrawn_on__isnull=True)[:1]:
        withdraw_consent(consent, on=TODAY, by=world.adviser(b), today=TODAY)


def consent_given(world: World, a: int, b: int) -> None:
    agreed = {"purpose": "sharing", "given_on": TODAY, "method": "paper", "today": TODAY}
    record_consent(world.client(a), by=world.adviser(b), **agreed)  # type: ignore[arg-type]


def leaves(world: World, a: int, b: int) -> None:
    end_access(world.adviser(a), by=now(world.administrator), reason="Gone")


def another_role(world: World, a: int, b: int) -> None:
    roles = (Role.ADVISER, Role.VIEWER, Role.MONITORING_OFFICER)
    StaffMember.objects.filter(pk=world.adviser(a).pk).update(role=roles[b % 3])


def another_organisation(world: World, a: int, b: int) -> None:
    StaffMember.objects.filter(pk=world.adviser(a).pk).update(organisation=world.organisations[b % ORGANISATIONS])


def reassigned(world: World, a: int, b: int) -> None:
    client = world.client(a)
    side = Client.objects.led().filter(pk=client.pk).values_list("adviser__organisation", flat=True).first()
    theirs = side or client.organisation_id
    manager = next((each for each in world.managers if each.organisation_id == theirs), world.managers[0])
    people = [each for each in world.advisers if each.organisation_id == theirs] if b % 3 else world.advisers
    give_adviser(client, adviser=now(people[b % len(people)]), on=TODAY, by=now(manager))


def handed_on(world: World, a: int, b: int) -> None:
    person = world.adviser(a)
    colleagues = [each for each in world.advisers if each.organisation_id == person.organisation_id]
    hand_clients_on(person, now(colleagues[b % len(colleagues)]), now(world.administrator))


def lead_goes_over(world: World, a: int, b: int) -> None:
    """Let whoever works with a client lead them, by the agreement of both."""
    worker = ServiceWorker.objects.now().filter(referral__client=world.client(a).pk, staff__isnull=False).first()
    client = world.client(a)
    if client.adviser is None or worker is None:
        raise CaseloadError("Nobody leads, or nobody works with them.")
    heir = now(worker.staff)
    agree(propose_lead(client, staff=heir, on=TODAY, reason="Closer", by=now(client.adviser)), by=heir)


def worker_named(world: World, a: int, b: int) -> None:
    referral = world.referral(a)
    staff = receiver(world, referral, b)
    name_worker(referral, staff=staff, on=TODAY, by=staff)


def merged(world: World, a: int, b: int) -> None:
    merge_clients(world.client(a), world.client(b), by=now(world.tracker))


def separated(world: World, a: int, b: int) -> None:
    unmerge_client(world.client(a), by=now(world.tracker))


def night(world: World, a: int, b: int) -> None:
    let_a_day_pass(today=TODAY)


ACTS = (
    *(send, send, step(accept_referral), step(accept_referral), step(start_referral), step(complete_referral)),
    *(step(return_referral, reason="Moved"), step(decline_referral, reason="Full"), withdraw),
    *(consent_ends, consent_given, leaves, another_role, another_organisation, reassigned, reassigned, handed_on),
    *(lead_goes_over, lead_goes_over, lead_goes_over, lead_goes_over, worker_named, merged, separated, night),
)


def check(world: World) -> None:
    for client in Client.objects.current().filter(pk__in=world.ids).select_related("adviser"):
        lead = client.adviser
        is_led = lead is not None and lead.left_at is None and client in set(clients_of(now(lead), "mine"))
        manager = next(each for each in world.managers if each.organisation_id == client.organisation_id)
        is_without = client in set(clients_of(now(manager), "unassigned"))
        assert is_led != is_without, f"{client} is {'twice' if is_led else 'nowhere'} listed"
        if is_led:
            assert Client.objects.visible_to(now(lead)).filter(pk=client.pk).exists()
    for worker in ServiceWorker.objects.now().filter(referral__client__in=world.clients, staff__isnull=False):
        staff = now(worker.staff)
        if staff.left_at is None and staff.organisation_id == worker.referral.to_organisation_id:
            assert Client.objects.visible_to(staff).filter(pk=worker.referral.client_id).exists()
    held = Referral.objects.filter(client__in=world.clients, status__in=("accepted", "started"))
    open_shares = held.filter(shares__ended_at__isnull=True, shares__isnull=False).distinct()
    assert set(open_shares.values_list("pk", flat=True)) == set(
        ServiceWorker.objects.now().filter(referral__client__in=world.clients).values_list("referral", flat=True)
    )


@pytest.fixture
def city(administrator: StaffMember) -> StaffMember:
    return administrator


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11), st.integers(0, 11)), max_size=14))
def test_nobody_is_ever_in_no_list_or_in_two(city: StaffMember, acts: list[tuple[Any, int, int]]) -> None:
    """Random ways of several clients through several organisations, refusals included."""
    world = world_of(city)
    check(world)
    for act, a, b in acts:
        try:
            with transaction.atomic():
                act(world, a, b)
        except CaseloadError:
            continue  # refused: nothing has happened
        check(world)
