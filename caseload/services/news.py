"""What people are told of referrals, workers and leads: each by the reference they know the client by, never a name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from caseload.judging import By
from caseload.models import Client, Referral
from caseload.steps import STEP_TO, Side
from partners.models import Organisation, StaffMember
from partners.permissions import Capability
from partners.services.notices import Message, people_who_answer_in, tell_each

_ANSWER = Capability.ANSWER_REFERRALS


@dataclass(frozen=True)
class Ended:
    """A worker's spell that ended; ``is_held`` where the referral still stands, as when consent was withdrawn."""

    client: int
    organisation: int
    staff: int | None
    reason: str
    is_held: bool


@dataclass(frozen=True)
class Returned:
    """A lead that an organisation gave back: ``to`` whom, or to nobody."""

    client: int
    lead: int
    organisation: int
    to: int | None


def tell_of_steps(referrals: Sequence[Referral], *, by: By | None) -> None:
    """Tell the other side of each referral's newest step, and the client's lead; where nobody leads, the owner.

    The sender reads the reference of the record they sent, never that of one it was found to be.
    """
    if not referrals:
        return
    # With clients, leads and both organisations, in one query for many.
    rows = list(
        Referral.objects.filter(pk__in=[referral.pk for referral in referrals]).select_related(
            "client__adviser", "sent_record", "from_organisation", "to_organisation", "made_by"
        )
    )
    workers = _workers_of(rows)
    organisations = {row.from_organisation_id for row in rows} | {row.to_organisation_id for row in rows}
    answering = people_who_answer_in(organisations | {row.client.organisation_id for row in rows}, _ANSWER)
    messages: list[Message] = []
    for row in rows:
        told: dict[int, Message] = {}
        page, about = reverse("caseload:referral", args=[row.uid]), f"referral {row.pk}"
        for person in _senders(row, answering):
            told[person.pk] = Message(person, _said(row, row.sent_record or row.client), page, about)
        if STEP_TO[row.status].by != Side.RECEIVER:
            for person in workers.get(row.pk) or answering[row.to_organisation_id]:
                told[person.pk] = Message(person, _said(row, row.client), page, about)
        for person in _leads(row.client, answering):
            record = reverse("caseload:client", args=[row.client.uid])
            told.setdefault(person.pk, Message(person, _said(row, row.client), record, about))
        if isinstance(by, StaffMember):
            told.pop(by.pk, None)
        messages += told.values()
    tell_each(messages, many=f"{reverse('caseload:referral-inbox')}?show=sent")


def tell_of_ended(ended: Sequence[Ended]) -> None:
    """Tell both sides of work that ended though the referral stands: consent was withdrawn or has ended."""
    if not ended:
        return
    clients = _clients(each.client for each in ended)
    named = StaffMember.objects.in_bulk({each.staff for each in ended if each.staff is not None})
    organisations = Organisation.objects.in_bulk({each.organisation for each in ended})
    answering = people_who_answer_in({*organisations, *(each.organisation_id for each in clients.values())}, _ANSWER)
    messages = []
    for each in ended:
        client = clients[each.client]
        theirs = [named[each.staff]] if each.staff in named else answering[each.organisation]
        words = f"{organisations[each.organisation]} no longer works with {client.external_id}: {_within(each.reason)}."
        page = reverse("caseload:client", args=[client.uid])
        inbox = f"{reverse('caseload:referral-inbox')}?show=open"
        messages += [Message(person, words, inbox, f"client {client.pk}") for person in theirs]
        messages += [Message(person, words, page, f"client {client.pk}") for person in _leads(client, answering)]
    tell_each(messages, many=reverse("caseload:caseload"))


def tell_of_returned(returned: Sequence[Returned]) -> None:
    """Tell whom a lead returned to, the organisation whose client it is, and who led until now."""
    if not returned:
        return
    clients = _clients(each.client for each in returned)
    people = StaffMember.objects.in_bulk({pk for each in returned for pk in (each.lead, each.to) if pk is not None})
    organisations = Organisation.objects.in_bulk({each.organisation for each in returned})
    answering = people_who_answer_in({each.organisation_id for each in clients.values()}, _ANSWER)
    messages = []
    for each in returned:
        client, before = clients[each.client], organisations[each.organisation]
        page, about = reverse("caseload:client", args=[client.uid]), f"client {client.pk}"
        reference = client.external_id
        if each.to is not None:
            messages.append(Message(people[each.to], f"You lead {reference} again, after {before}.", page, about))
            owner = f"{people[each.to].name} leads {reference} again, after {before}."
        else:
            owner = f"{reference} came back from {before} and is without an adviser."
        others = [person for person in answering[client.organisation_id] if person.pk != each.to]
        messages += [Message(person, owner, page, about) for person in others]
        gone = f"You no longer lead {reference}: the lead returned to {client.organisation}."
        messages.append(Message(people[each.lead], gone, reverse("caseload:caseload"), about))
    tell_each(messages, many=reverse("caseload:caseload"))


def tell_of_lead(client: Client, *, lead: StaffMember, before: StaffMember | None, by: StaffMember) -> None:
    """Tell who leads now, who led before, and the owner's organisation where the lead is of another."""
    page, about = reverse("caseload:client", args=[client.uid]), f"client {client.pk}"
    reference = client.external_id
    messages = {lead.pk: Message(lead, f"You are now the lead adviser of {reference}.", page, about)}
    words = f"{lead.name} of {lead.organisation} now leads {reference}."
    if before is not None:
        messages.setdefault(before.pk, Message(before, words, page, about))
    if lead.organisation_id != client.organisation_id:
        for person in people_who_answer_in([client.organisation_id], _ANSWER)[client.organisation_id]:
            messages.setdefault(person.pk, Message(person, words, page, about))
    messages.pop(by.pk, None)
    tell_each(messages.values(), many=page)


def tell_of_leads(clients: Sequence[Client], *, lead: StaffMember, by: StaffMember) -> None:
    """Tell of many leads that moved within an organisation at once: who leads now, and who led before."""
    if not clients:
        return
    number = "1 client" if len(clients) == 1 else f"{len(clients)} clients"
    here = reverse("caseload:caseload")
    messages = [Message(lead, f"{by.name} made you the lead adviser of {number}.", here)] if lead.pk != by.pk else []
    before: dict[int, list[Client]] = defaultdict(list)
    people: dict[int, StaffMember] = {}
    for client in clients:
        if client.adviser is not None and client.adviser.pk not in {by.pk, lead.pk}:
            people[client.adviser.pk] = client.adviser
            before[client.adviser.pk].append(client)
    for pk, theirs in before.items():
        many = theirs[0].external_id if len(theirs) == 1 else f"{len(theirs)} of your clients"
        messages.append(Message(people[pk], f"{lead.name} now leads {many}.", reverse("caseload:caseload")))
    tell_each(messages, many=reverse("caseload:caseload"))


def tell_of_worker(referral: Referral, *, worker: StaffMember, before: StaffMember | None, by: StaffMember) -> None:
    """Tell who works with the client now, who did before, and the client's lead."""
    row = Referral.objects.select_related("client__adviser", "to_organisation").get(pk=referral.pk)
    client, page = row.client, reverse("caseload:client", args=[row.client.uid])
    words = f"{worker.name} of {row.to_organisation} now works with {client.external_id}."
    people = {person.pk: person for person in (before, client.adviser) if person is not None}
    messages = [Message(person, words, page) for pk, person in people.items() if pk not in {by.pk, worker.pk}]
    if worker.pk != by.pk:
        messages.append(Message(worker, f"You now work with {client.external_id}.", page))
    tell_each(messages, many=page)


def _senders(row: Referral, answering: dict[int, list[StaffMember]]) -> list[StaffMember]:
    maker = row.made_by
    if maker is not None and maker.left_at is None and maker.organisation_id == row.from_organisation_id:
        return [maker]
    return answering[row.from_organisation_id]


def _leads(client: Client, answering: dict[int, list[StaffMember]]) -> list[StaffMember]:
    """Return the client's lead, with the owner's people where the lead is not theirs or is gone."""
    lead = client.adviser
    found = [lead] if lead is not None and lead.left_at is None else []
    if not found or found[0].organisation_id != client.organisation_id:
        found += answering[client.organisation_id]
    return found


def _workers_of(rows: Sequence[Referral]) -> dict[int, list[StaffMember]]:
    """Return who of the receiver answered each referral, while they are here."""
    people = StaffMember.objects.in_bulk({row.answered_by_id for row in rows if row.answered_by_id is not None})
    return {
        row.pk: [people[row.answered_by_id]]
        for row in rows
        if row.answered_by_id in people
        and people[row.answered_by_id].organisation_id == row.to_organisation_id
        and people[row.answered_by_id].left_at is None
    }


def _clients(ids: Iterable[int]) -> dict[int, Client]:
    found: dict[int, Client] = Client.objects.select_related("adviser", "organisation").in_bulk(set(ids))
    return found


def _said(row: Referral, record: Client) -> str:
    words = STEP_TO[row.status].news
    return words.format(receiver=row.to_organisation, sender=row.from_organisation, client=record.external_id)


def _within(reason: str) -> str:
    return reason[:1].lower() + reason[1:]
