"""The caseload list: which clients, in which order, and what stands in each row."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from caseload.enums import Stage
from caseload.models import Client, ClientAddress, ClientGroupPermission, ClientSummary
from caseload.models.client import ClientQuerySet
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
    needs: list[Need] = field(default_factory=list)


def clients_of(staff: StaffMember, whose: str) -> ClientQuerySet:
    """Return one of the lists a person may look at: own clients, the organisation's, nobody's, or all within sight.

    The organisation's is what it holds and what is shared with it: for most roles, all within sight.
    """
    clients: ClientQuerySet = Client.objects.visible_to(staff).standing_for(staff)
    if whose == "mine":
        return clients.filter(adviser=staff)
    if whose == "organisation" and may(staff, Capability.SEE_ALL_CLIENTS):
        shared = ClientGroupPermission.objects.filter(content_object=OuterRef("pk"), group=staff.organisation.group_id)
        return clients.filter(Q(organisation=staff.organisation_id) | Exists(shared))
    if whose == "unassigned":
        return clients.filter(adviser__isnull=True, organisation=staff.organisation_id)
    return clients


def caseload_for(staff: StaffMember, asked: Asked, *, today: date) -> ClientQuerySet:
    """Return the clients of the list, in order. By name it reads the index and stops at the page's end.

    A search looks everywhere this person may see, whatever list is open: that is what a person who searches means.
    """
    clients = clients_of(staff, "all" if asked.text else asked.whose)
    if asked.text:
        clients = search(clients, read_search(asked.text))
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
    """Return what stands beside each client of one page: three queries for however many rows."""
    ids = [client.pk for client in clients]
    lines: dict[int, Line] = defaultdict(Line)
    columns = ("client_id", "stage", "stage_on", "last_contact_on", "tries", "in_work")
    for client_id, *values in ClientSummary.objects.filter(client__in=ids).values_list(*columns):
        line = lines[client_id]
        line.stage, line.stage_on, line.last_contact, line.tries, line.working = values
    homes = ClientAddress.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=today), client__in=ids)
    for client_id, ward in homes.order_by("from_date", "external_id").values_list("client_id", "ward"):
        lines[client_id].ward = ward
    for need in needs_of(clients, today=today):
        lines[need.client.pk].needs.append(need)
    return lines


def advisers_of(staff: StaffMember) -> QuerySet[StaffMember]:
    """Return whom the list can be narrowed to: advisers of the own organisation, or of all for those who see all."""
    people = StaffMember.objects.filter(role__in=("adviser", "tracking_team", "project_manager")).at_work()
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
