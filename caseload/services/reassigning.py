"""One lead adviser for many clients at once: when somebody leaves, falls ill or has too many (CAS-08)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F

from caseload.judging import may_give_adviser
from caseload.models import AdviserAssignment, Client
from caseload.models.client import ClientQuerySet
from caseload.services.leading import Handover, check_lead, move_leads
from caseload.services.news import tell_of_leads
from partners.judging import require_right
from partners.models import StaffMember
from partners.platform.records.changing import refuse_before, refuse_future

__all__ = ["Handover", "reassign_clients", "take_back"]


@transaction.atomic
def reassign_clients(clients: ClientQuerySet, *, adviser: StaffMember, on: date, by: StaffMember) -> list[Handover]:
    """Give clients within ``by``'s sight one lead adviser from a day on, all of them or none.

    Who has this adviser already is left alone. The same rules as for one client (:func:`facts.give_adviser`), in sets:
    as many statements for however many.
    """
    taken = list(
        clients.exclude(adviser=adviser).select_for_update(of=("self",)).select_related("adviser").order_by("pk")
    )
    check_lead(taken, adviser=adviser, by=by)
    refuse_future(on, "on", what="they begin")
    born = max((client.date_of_birth for client in taken if client.date_of_birth), default=None)
    refuse_before(on, born, "on", what="the date of birth of one of them")
    made = move_leads(taken, adviser.pk, on=on)
    tell_of_leads(taken, lead=adviser, by=by)
    return made


@transaction.atomic
def take_back(handovers: Iterable[Handover], *, by: StaffMember) -> int:
    """Give clients back to the adviser they had; return how many. Who has got yet another adviser since stays there."""
    require_right(held=may_give_adviser(by))
    made = {handover.begun: handover for handover in handovers}
    begun = AdviserAssignment.objects.select_for_update(of=("self",)).filter(
        pk__in=[pk for pk in made if pk is not None], to_date__isnull=True, client__adviser=F("adviser")
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
