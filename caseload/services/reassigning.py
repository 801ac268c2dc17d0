"""One adviser for many clients at once: when somebody leaves, falls ill or has too many (CAS-08)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from caseload.models import AdviserAssignment, Client
from caseload.models.client import ClientQuerySet
from caseload.services.journey import allowed
from partners.models import StaffMember
from partners.services.records import refuse_before, refuse_future


@dataclass(frozen=True)
class Handover:
    """What one client's change of adviser consists of: enough to take it back."""

    client: int
    adviser_before: int | None
    begun: int
    ended: Sequence[int]

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Self:
        return cls(**stored)


@transaction.atomic
def reassign_clients(clients: ClientQuerySet, *, adviser: StaffMember, on: date, by: StaffMember) -> list[Handover]:
    """Give clients within ``by``'s sight one adviser from a day on, all of them or none.

    Who has this adviser already is left alone. The same rules as for one client (:func:`facts.give_adviser`), in sets:
    five statements for however many.
    """
    allowed(by)
    refuse_future(on, "on", what="they begin")
    if adviser.left_at is not None:
        raise ValidationError({"adviser": "Choose somebody who still works here."})
    taken = list(clients.exclude(adviser=adviser).select_for_update(of=("self",)).order_by("pk"))
    _check(taken, adviser=adviser, on=on, by=by)
    ended: dict[int, list[int]] = defaultdict(list)
    earlier = AdviserAssignment.objects.filter(client__in=taken, to_date__isnull=True)
    for pk, client in earlier.select_for_update().values_list("pk", "client_id"):
        ended[client].append(pk)
    earlier.update(to_date=Greatest(F("from_date"), on), version=F("version") + 1)
    begun = [AdviserAssignment(client=client, adviser=adviser, from_date=on) for client in taken]
    for each in begun:
        each.external_id = str(each.uid)
    AdviserAssignment.objects.bulk_create(begun)
    Client.objects.filter(pk__in=[client.pk for client in taken]).update(adviser=adviser, version=F("version") + 1)
    return [
        Handover(client.pk, client.adviser_id, new.pk, ended[client.pk])
        for client, new in zip(taken, begun, strict=True)
    ]


@transaction.atomic
def take_back(handovers: Iterable[Handover], *, by: StaffMember) -> int:
    """Give clients back to the adviser they had; return how many. Who has got yet another adviser since stays there."""
    allowed(by)
    made = {handover.begun: handover for handover in handovers}
    begun = AdviserAssignment.objects.select_for_update(of=("self",)).filter(
        pk__in=list(made), to_date__isnull=True, client__adviser=F("adviser")
    )
    back = [made[pk] for pk in begun.order_by("client_id").values_list("pk", flat=True)]
    clients = Client.objects.select_for_update().in_bulk([handover.client for handover in back])
    for handover in back:
        clients[handover.client].adviser_id = handover.adviser_before
        clients[handover.client].version += 1
    Client.objects.bulk_update(clients.values(), ["adviser", "version"])
    AdviserAssignment.objects.filter(pk__in=[handover.begun for handover in back]).delete()
    ended = [pk for handover in back for pk in handover.ended]
    AdviserAssignment.objects.filter(pk__in=ended).update(to_date=None, version=F("version") + 1)
    return len(back)


def _check(clients: Sequence[Client], *, adviser: StaffMember, on: date, by: StaffMember) -> None:
    """Refuse an adviser of neither one's own organisation nor the client's, and a day before a client was born."""
    strange = {client.organisation_id for client in clients} - {adviser.organisation_id}
    if strange and adviser.organisation_id != by.organisation_id:
        raise ValidationError({"adviser": "Choose an adviser of your own organisation: not all are clients of theirs."})
    born = max((client.date_of_birth for client in clients if client.date_of_birth), default=None)
    refuse_before(on, born, "on", what="the date of birth of one of them")
