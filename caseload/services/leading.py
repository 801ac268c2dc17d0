"""Who leads a client, and who works with them for a service: the only writer of both (CAS-06, CAS-08).

A client has one lead adviser. An organisation that accepts a referral adds a worker of its own, and the lead stays;
where nobody leads, whoever accepts takes the lead. Whatever ends (the work, the referral, the consent, the merge) ends
the worker's spell with its reason; if that organisation had the lead, it returns to the last lead of the record's own
organisation who is still here, or to its list of clients without an adviser. :func:`follow_shares` does so in sets, in
step with the shares themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from caseload.enums import ReferralStatus
from caseload.judging import may_give_adviser
from caseload.models import AdviserAssignment, Client, Referral, RestrictionReader, ServiceWorker
from caseload.models.client import LEADING_ROLES, REACHING_ROLES, may_lead
from caseload.services.news import Ended, Returned, tell_of_ended, tell_of_returned, tell_of_worker
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.changing import refuse_before, refuse_future
from partners.platform.sql_files import sql
from partners.platform.tenancy.scope import current_consortium_id

LED_ELSEWHERE = (
    "Somebody of another organisation leads one of them. From one organisation to another both sides agree: "
    "propose the hand-over on the client's page."
)
NOT_THEIRS = "Choose an adviser of your own organisation: not all are clients of theirs."
HELD = (ReferralStatus.ACCEPTED.value, ReferralStatus.STARTED.value)

_END_WORK = sql("caseload", "end_work")
_BEGIN_WORK = sql("caseload", "begin_work")
_LOST_LEADS = sql("caseload", "lost_leads")


@dataclass(frozen=True)
class Handover:
    """What one client's change of adviser consists of: enough to take it back."""

    client: int
    adviser_before: int | None
    begun: int | None
    ended: Sequence[int]

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)


def assign_adviser(client: Client, *, adviser: StaffMember, on: date) -> Client:
    """Make somebody the client's lead adviser from a day on, and keep who it was before (CAS-08)."""
    if client.adviser_id == adviser.pk:
        return client
    move_leads([client], adviser.pk, on=on)
    client.adviser = adviser
    client.version += 1
    return client


def move_leads(clients: Sequence[Client], adviser_id: int | None, *, on: date) -> list[Handover]:
    """Give locked clients one lead adviser, or none, from a day on: the spells before end, and stay."""
    ended: dict[int, list[int]] = defaultdict(list)
    earlier = AdviserAssignment.objects.filter(client__in=clients, to_date__isnull=True)
    for pk, client_id in earlier.select_for_update().values_list("pk", "client_id"):
        ended[client_id].append(pk)
    earlier.update(to_date=Greatest(F("from_date"), on), version=F("version") + 1)
    # Whoever was named before spells were kept, as by a package, was there all the same.
    unkept = [
        AdviserAssignment(
            client=client, adviser_id=client.adviser_id, from_date=min(client.registered_on, on), to_date=on
        )
        for client in clients
        if client.adviser_id is not None and not ended[client.pk]
    ]
    begun = {
        client.pk: AdviserAssignment(client=client, adviser_id=adviser_id, from_date=on)
        for client in clients
        if adviser_id is not None
    }
    made = [*unkept, *begun.values()]
    for each in made:
        each.external_id = str(each.uid)
    AdviserAssignment.objects.bulk_create(made)
    ids = [client.pk for client in clients]
    Client.objects.filter(pk__in=ids).update(adviser=adviser_id, version=F("version") + 1)
    return [
        Handover(
            client.pk, client.adviser_id, begun[client.pk].pk if adviser_id is not None else None, ended[client.pk]
        )
        for client in clients
    ]


def follow_shares(*, today: date, clients: Collection[int] | None, tells: bool = True) -> None:
    """Begin and end what people do for a service, and return leads, as shares and referrals stand now.

    ``clients`` are the ids of people's records, merged ones included; None is the whole consortium. Repeating it
    changes nothing. With ``tells`` those concerned are told of what ended without a step of theirs.
    """
    values: dict[str, Any] = {
        "consortium": current_consortium_id(),
        "today": today,
        "everyone": clients is None,
        "records": [] if clients is None else list(clients),
        "held": list(HELD),
        "reaching": list(REACHING_ROLES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_END_WORK, values)
        over = [Ended(*row) for row in cursor.fetchall()]
        cursor.execute(_BEGIN_WORK, values)
        values["over_clients"] = [each.client for each in over]
        values["over_organisations"] = [each.organisation for each in over]
        cursor.execute(_LOST_LEADS, values)
        lost = {client: (lead, organisation) for client, lead, organisation in cursor.fetchall()}
    returned = _return_leads(lost, today=today) if lost else []
    if tells:
        tell_of_ended([each for each in over if each.is_held])
        tell_of_returned(returned)


def _return_leads(lost: Mapping[int, tuple[int, int]], *, today: date) -> list[Returned]:
    """Give leads back to the last one of the record's own organisation who is still here, or to nobody."""
    clients = {
        client.pk: client
        for client in Client.objects.select_for_update(of=("self",)).filter(pk__in=lost).order_by("pk")
        if client.adviser_id == lost[client.pk][0]
    }
    reads = RestrictionReader.objects.on(today).filter(client=OuterRef("client"), staff=OuterRef("adviser"))
    earlier = AdviserAssignment.objects.filter(
        Q(client__restricted=False) | Q(Exists(reads)),
        client__in=clients,
        adviser__left_at__isnull=True,
        adviser__role__in=LEADING_ROLES,
        adviser__organisation=F("client__organisation"),
    )
    before = dict(
        earlier.order_by("client", "-from_date", "-pk").distinct("client").values_list("client_id", "adviser_id")
    )
    groups: dict[int | None, list[Client]] = defaultdict(list)
    for client in clients.values():
        groups[before.get(client.pk)].append(client)
    for adviser_id, group in groups.items():
        move_leads(group, adviser_id, on=today)
    return [Returned(client.pk, *lost[client.pk], before.get(client.pk)) for client in clients.values()]


@transaction.atomic
def name_worker(referral: Referral, *, staff: StaffMember, on: date, by: StaffMember) -> ServiceWorker:
    """Let somebody of the receiving organisation work with the client from a day on; the spell before stays.

    Raises :class:`NotAllowed` for anybody but the receiver's own people, and :class:`CaseloadError` with its field.
    """
    require_right(held=may_give_adviser(by) and referral.to_organisation_id == by.organisation_id)
    if staff.left_at is not None or staff.organisation_id != by.organisation_id or not may_lead(staff):
        raise CaseloadError("Choose an adviser of your own organisation who still works here.", field="staff")
    refuse_future(on, "on", what="they begin")
    worker: ServiceWorker | None = ServiceWorker.objects.select_for_update().now().filter(referral=referral).first()
    if worker is None:
        raise CaseloadError("Nobody works with them for this referral any more: it has ended, or its consent has.")
    refuse_before(on, worker.from_date, "on", what="the day the work began")
    before = worker.staff
    if before is not None and before.pk == staff.pk:
        return worker
    new = _spell_of(worker, staff=staff, on=on)
    tell_of_worker(referral, worker=staff, before=before, by=by)
    return new


def _spell_of(worker: ServiceWorker, *, staff: StaffMember, on: date) -> ServiceWorker:
    """Name somebody where nobody was, or end the spell of who was and begin another."""
    if worker.staff_id is None:
        worker.staff = staff
        worker.version += 1
        worker.save(update_fields=["staff", "version"])
        return worker
    worker.to_date, worker.end_reason = on, f"{staff.name} took over"[:200]
    worker.version += 1
    worker.save(update_fields=["to_date", "end_reason", "version"])
    new = ServiceWorker(referral_id=worker.referral_id, staff=staff, from_date=on)
    new.save()
    return new


def check_lead(clients: Sequence[Client], *, adviser: StaffMember, by: StaffMember) -> None:
    """Refuse a lead that one side may not give alone.

    Among the people of the organisation that leads one side is enough. Where nobody leads, the record's own
    organisation names whom it wants, and another that may open it takes the lead itself. From one organisation to
    another both must agree (caseload.services.handing_over).
    """
    require_right(held=may_give_adviser(by))
    if adviser.left_at is not None:
        raise CaseloadError("Choose somebody who still works here.", field="adviser")
    if not may_lead(adviser):
        raise CaseloadError(f"Choose an adviser: {adviser.name}'s role leads no clients.", field="adviser")
    ids = [client.pk for client in clients]
    sides = dict(Client.objects.filter(pk__in=ids).led().values_list("pk", "adviser__organisation"))
    sees_all = may(by, Capability.SEE_ALL_CLIENTS)
    for client in clients:
        side = sides.get(client.pk)
        if side is not None and (adviser.organisation_id != side or not (sees_all or by.organisation_id == side)):
            raise CaseloadError(LED_ELSEWHERE, field="adviser")
        if side is None and adviser.organisation_id not in {client.organisation_id, by.organisation_id}:
            raise CaseloadError(NOT_THEIRS, field="adviser")
    open_to = Client.objects.visible_to(adviser).filter(pk__in=ids).count()
    if open_to < len(ids):
        raise CaseloadError(f"Choose somebody else: {adviser.name} may not open every one of them.", field="adviser")
