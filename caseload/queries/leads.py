"""Who leads a client and who works with them, now and before; and who could."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from caseload.models import (
    AdviserAssignment,
    Client,
    ClientGroupPermission,
    RestrictionReader,
    ServiceWorker,
)
from caseload.models.client import LEADING_ROLES
from partners.models import StaffMember


@dataclass
class Together:
    """The people around one client; spells newest first, those of the lead with what ended them after."""

    is_led: bool = False
    since: AdviserAssignment | None = None
    before: list[AdviserAssignment] = field(default_factory=list)
    working: list[ServiceWorker] = field(default_factory=list)
    worked: list[ServiceWorker] = field(default_factory=list)

    @property
    def earlier(self) -> int:
        return len(self.before) + len(self.worked)


def together(client: Client, *, records: Collection[int]) -> Together:
    """Return who leads and works with a person, over all their records: two queries.

    A third where the client was read without ``is_led`` (caseload.models.client).
    """
    spells = list(
        AdviserAssignment.objects.filter(client=client)
        .select_related("adviser__organisation")
        .order_by("-from_date", "-pk")
    )
    workers = list(
        ServiceWorker.objects.filter(referral__client__in=records)
        .select_related("staff", "referral__to_organisation", "referral__service")
        .order_by("-from_date", "-pk")
    )
    now = next((spell for spell in spells if spell.to_date is None and spell.adviser_id == client.adviser_id), None)
    return Together(
        is_led=client.is_led if hasattr(client, "is_led") else Client.objects.led().filter(pk=client.pk).exists(),
        since=now,
        before=[spell for spell in spells if spell is not now],
        working=[worker for worker in workers if worker.to_date is None],
        worked=[worker for worker in workers if worker.to_date is not None],
    )


def choosable(clients: Sequence[Client], staff: StaffMember) -> QuerySet[StaffMember]:
    """Return whom one side alone may make the lead of these clients.

    Where somebody leads, people of the same organisation; where nobody does, those of the record's own organisation
    or one's own. Clients of several sides can only go to one's own people.
    """
    led = dict(
        Client.objects.filter(pk__in=[client.pk for client in clients]).led().values_list("pk", "adviser__organisation")
    )
    sides = {led.get(client.pk, client.organisation_id) for client in clients}
    organisations = sides if len(sides) == 1 else {staff.organisation_id}
    if not led:
        organisations = organisations | {staff.organisation_id}
    people = StaffMember.objects.at_work().filter(role__in=LEADING_ROLES, organisation__in=organisations)
    ordered: QuerySet[StaffMember] = people.order_by("name")
    return ordered


def people_of(organisation_id: int) -> QuerySet[StaffMember]:
    """Return who of an organisation may lead a client or work with one for a service."""
    people = StaffMember.objects.at_work().filter(role__in=LEADING_ROLES, organisation=organisation_id)
    ordered: QuerySet[StaffMember] = people.order_by("name")
    return ordered


def without_worker(staff: StaffMember) -> Q:
    """Return the condition on spells that one's own organisation named nobody, or somebody who has left."""
    gone = Q(staff__isnull=True) | Q(staff__left_at__isnull=False)
    return gone & Q(referral__to_organisation=staff.organisation_id)


def who_could_lead(client: Client, staff: StaffMember) -> QuerySet[StaffMember]:
    """Return whom this person may propose as the lead: of another organisation, and able to open the record.

    From the side of the lead, anybody such; from another side, one's own people alone.
    """
    side = client.adviser.organisation_id if client.adviser else None
    shared = ClientGroupPermission.objects.filter(content_object=client).values("group")
    people = StaffMember.objects.at_work().filter(
        Q(organisation=client.organisation_id) | Q(organisation__group__in=shared), role__in=LEADING_ROLES
    )
    if client.restricted:
        today = timezone.localdate()
        people = people.filter(pk__in=RestrictionReader.objects.on(today).filter(client=client).values("staff"))
    people = people.exclude(organisation=side)
    if staff.organisation_id != side:
        people = people.filter(organisation=staff.organisation_id)
    found: QuerySet[StaffMember] = people.select_related("organisation").order_by("organisation__name", "name")
    return found
