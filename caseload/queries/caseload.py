"""The caseload list: which clients, in which order, and what stands in each row."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from caseload.enums import Stage
from caseload.models import Client, ClientAddress, ClientGroupPermission, ClientSummary, ServiceWorker
from caseload.models.client import LEADING_ROLES, ClientQuerySet, is_led, may_lead
from caseload.queries.search import read_search, search
from caseload.queries.worklist import Need, needing, needs_of
from partners.models import StaffMember
from partners.permissions import Capability, may

WORKING = "working"
NO_STAGE = "none"
ORDERS = ("name", "-name", "registered", "-registered", "contact", "-contact", "reference", "-reference")


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    whose: str = "mine"
    text: str = ""
    stage: str = ""
    need: str = ""
    adviser: StaffMember | None = None
    adviser_name: str = ""
    ward: str = ""
    order: str = "name"


@dataclass
class Line:
    """What the list shows beside a client's name."""

    stage: str = ""
    stage_on: date | None = None
    last_contact: date | None = None
    tries: int = 0
    ward: str = ""
    working: bool = False
    is_led: bool = False
    workers: list[ServiceWorker] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)


def clients_of(staff: StaffMember, whose: str) -> ClientQuerySet:
    """Return one of the lists a person may look at: own clients, the organisation's, nobody's, or all within sight.

    The organisation's is what it holds and what is shared with it: for most roles, all within sight.
    """
    clients: ClientQuerySet = Client.objects.visible_to(staff).standing_for(staff)
    if whose == "mine":
        return clients.filter(pk__in=_own_people(staff))
    if whose == "organisation" and may(staff, Capability.SEE_ALL_CLIENTS):
        shared = ClientGroupPermission.objects.filter(content_object=OuterRef("pk"), group=staff.organisation.group_id)
        return clients.filter(Q(organisation=staff.organisation_id) | Exists(shared))
    if whose == "unassigned":
        return clients.filter(organisation=staff.organisation_id).without_lead()
    if whose == "left":
        everywhere = may(staff, Capability.SEE_ALL_CLIENTS)
        mine = clients if everywhere else clients.filter(organisation=staff.organisation_id)
        return mine.filter(pk__in=Client.objects.filter(adviser__in=_no_longer_leading()).values("pk"))
    return clients


def _own_people(staff: StaffMember) -> Any:
    """Return whom somebody leads, whom they work with for a service, and those their own record led was merged into.

    Each set is one that an index answers; as one condition with OR, Postgres reads every client of the consortium.
    """
    worked = ServiceWorker.objects.now().filter(staff=staff).values("referral__client_id")
    if not may_lead(staff):
        return worked
    led = Client.objects.filter(adviser=staff)
    pooled = led.filter(merged_into__isnull=False).values("merged_into_id")
    return led.values("pk").union(worked, pooled, all=True)


def _no_longer_leading() -> Any:
    """Return the people named as advisers, perhaps, who have left or whose role leads no clients any more."""
    gone = Q(left_at__isnull=False) | ~Q(role__in=LEADING_ROLES)
    return StaffMember.objects.filter(gone).values("pk")


def caseload_for(staff: StaffMember, asked: Asked, *, today: date) -> ClientQuerySet:
    """Return the clients of the list, in order. By name it reads the index and stops at the page's end.

    A search looks everywhere this person may see, whatever list is open: that is what a person who searches means.
    """
    clients = clients_of(staff, "all" if asked.text else asked.whose)
    if asked.text:
        clients = search(clients, read_search(asked.text), organisation_id=staff.organisation_id)
    if asked.need:
        clients = needing(clients, today=today, reason=asked.need)
    if asked.stage:
        clients = _at_stage(clients, asked.stage)
    if asked.adviser:
        clients = clients.filter(adviser=asked.adviser)
    if asked.adviser_name:
        named = StaffMember.objects.filter(name__icontains=asked.adviser_name)
        clients = clients.filter(adviser__in=list(named.values_list("pk", flat=True)))
    if asked.ward:
        lives = ClientAddress.objects.filter(client=OuterRef("pk"), ward=asked.ward, to_date__isnull=True)
        clients = clients.filter(Exists(lives))
    return in_order(clients, asked.order)


def in_order(clients: ClientQuerySet, order: str) -> ClientQuerySet:
    """Put clients in an order that an index gives; those never seen are the longest without a contact."""
    down = order.startswith("-")
    name = order.removeprefix("-")
    if name == "contact":
        last = F("summary__last_contact_on")
        first = last.desc(nulls_last=True) if down else last.asc(nulls_first=True)
        with_summary = clients.filter(summary__isnull=False)  # everybody has one; so the index gives the order
        return with_summary.order_by(first, "-summary__client_id" if down else "summary__client_id")
    fields = {
        "registered": ("registered_on", "id"),
        "reference": ("external_id",),
        "name": ("family_key", "given_key", "id"),
    }.get(name, ("family_key", "given_key", "id"))
    return clients.order_by(*(f"-{each}" if down else each for each in fields))


def lines_of(clients: Sequence[Client], *, today: date) -> dict[int, Line]:
    """Return what stands beside each client of one page: four queries for however many rows."""
    ids = [client.pk for client in clients]
    lines: dict[int, Line] = defaultdict(Line)
    columns = ("client_id", "stage", "stage_on", "last_contact_on", "tries", "in_work", "is_led")
    stands = ClientSummary.objects.filter(client__in=ids).annotate(is_led=is_led("client__"))
    for client_id, *values in stands.values_list(*columns):
        line = lines[client_id]
        line.stage, line.stage_on, line.last_contact, line.tries, line.working, line.is_led = values
    homes = ClientAddress.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), client__in=ids)
    for client_id, ward in homes.order_by("from_date", "external_id").values_list("client_id", "ward"):
        lines[client_id].ward = ward
    for worker in workers_of(ids):
        lines[worker.referral.client_id].workers.append(worker)
    for need in needs_of(clients, today=today):
        lines[need.client.pk].needs.append(need)
    return lines


def workers_of(clients: Collection[int]) -> QuerySet[ServiceWorker]:
    """Return who works with these people for a service now, by whom they are sent and since when: one query."""
    working: QuerySet[ServiceWorker] = ServiceWorker.objects.now().filter(referral__client__in=clients)
    return working.select_related("staff", "referral__to_organisation", "referral__service").order_by("from_date", "pk")


def advisers_of(staff: StaffMember) -> QuerySet[StaffMember]:
    """Return whom the list can be narrowed to: advisers of the own organisation, or of all for those who see all."""
    people = StaffMember.objects.filter(role__in=LEADING_ROLES).at_work()
    if not may(staff, Capability.SEE_ALL_CLIENTS):
        people = people.filter(organisation=staff.organisation_id)
    ordered: QuerySet[StaffMember] = people.order_by("name")
    return ordered


def _at_stage(clients: ClientQuerySet, stage: str) -> ClientQuerySet:
    """Clients whose latest step is this one; in work is a job that has not ended."""
    if stage == WORKING:
        return clients.filter(summary__in_work=True)
    if stage == NO_STAGE:
        return clients.filter(summary__stage="", summary__in_work=False)
    return clients.filter(summary__stage=stage)


def stage_choices() -> Iterable[tuple[str, str]]:
    return [(NO_STAGE, "Not begun"), *Stage.choices, (WORKING, "In work")]
