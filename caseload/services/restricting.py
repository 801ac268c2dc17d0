"""Records open to named people only: the one place that writes who may open them.

A restriction holds for all records of a person, the surviving one and those merged into it: merging extends it, and
separating leaves it with the record it was placed on. Somebody who is still here can always open the record: the last
such reader cannot be taken off, leave or change to a role without clients; the keeper names another first. The data
lead and the owning organisation's managers keep restrictions without opening the records by that; each act goes into
the audit trail, and tells those who are readers.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pghistory
from django.db import transaction
from django.urls import reverse

from caseload.judging import Actor, may_restrict
from caseload.models import Client, ClientRestriction, RestrictionReader
from caseload.models.restriction import OPENS_CLIENTS, SEES_ALL
from caseload.queries.restricted import keepers_of, only_read_by, possible_readers, unread
from caseload.services.sharing import bring_shares_up_to_date
from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import AccessEntry, StaffMember
from partners.services.notices import tell


@transaction.atomic
def restrict(
    client: Client, *, readers: Sequence[StaffMember], reason: str, review_on: date, by: Actor, today: date
) -> ClientRestriction:
    """Open a record to named people only, from today; those named are told. Raises :class:`CaseloadError`."""
    client = client.merged_into or client
    require_right(held=may_restrict(by, client.organisation_id))
    _refuse_past(review_on, today)
    if not readers:
        raise CaseloadError("Name at least one person who may open the record.", field="readers")
    _refuse_strangers(client, readers)
    restriction = ClientRestriction.objects.select_for_update().filter(client=client).first()
    if restriction is not None and restriction.to_date is None:
        raise CaseloadError("This record is restricted already.")
    restriction = restriction or ClientRestriction(client=client, external_id=client.external_id)
    restriction.version += 0 if restriction._state.adding else 1
    restriction.reason, restriction.review_on = reason, review_on
    restriction.from_date, restriction.to_date, restriction.end_reason = today, None, ""
    restriction.placed_by = by if isinstance(by, StaffMember) else None
    with pghistory.context(reason=reason):
        restriction.save()
        for staff in readers:
            _name(client, staff, reason=reason, by=by, today=today)
        _refuse_unread(client)
        bring_shares_up_to_date(today=today, clients=[client.pk])
    _note(by, client, "restricted", reason)
    _tell(readers, client, "You are one of the people who may open the restricted record {}.")
    return restriction


@transaction.atomic
def review_restriction(
    restriction: ClientRestriction, *, reason: str, review_on: date, by: Actor, today: date
) -> ClientRestriction:
    """Say that a restriction is still right, why, and when somebody looks again."""
    locked = _locked(restriction, by)
    _refuse_past(review_on, today)
    locked.reason, locked.review_on = reason, review_on
    locked.version += 1
    with pghistory.context(reason=reason):
        locked.save(update_fields=["reason", "review_on", "version"])
    _note(by, locked.client, "reviewed", reason)
    return locked


@transaction.atomic
def name_reader(
    restriction: ClientRestriction,
    staff: StaffMember,
    *,
    reason: str,
    by: Actor,
    today: date,
    to_date: date | None = None,
) -> RestrictionReader:
    """Let somebody open a restricted record, until a day or without an end. Who keeps restrictions need not open it."""
    locked = _locked(restriction, by)
    _refuse_strangers(locked.client, [staff])
    if to_date is not None and to_date < today:
        raise CaseloadError("Enter today or a day to come.", field="to_date")
    before = [reader.staff for reader in _readers(locked.client, today)]
    with pghistory.context(reason=reason):
        reader = _name(locked.client, staff, reason=reason, by=by, today=today, to_date=to_date)
        _refuse_unread(locked.client)
    _note(by, locked.client, f"named {staff.name}", reason)
    _tell([staff], locked.client, "You may now open the restricted record {}.")
    _tell(before, locked.client, "Somebody else may now open the restricted record {}.")
    return reader


@transaction.atomic
def drop_reader(reader: RestrictionReader, *, reason: str, by: Actor, today: date) -> None:
    """End somebody's reading of a restricted record today; never the last one's who is here."""
    restriction = ClientRestriction.objects.filter(client=reader.client_id, to_date__isnull=True).first()
    if restriction is None:
        raise CaseloadError("This record is not restricted any more.")
    locked = _locked(restriction, by)
    with pghistory.context(reason=reason):
        _end([reader], today=today)
        _refuse_unread(locked.client)
    _note(by, locked.client, f"took off {reader.staff.name}", reason)
    _tell([reader.staff], locked.client, "You may no longer open the restricted record {}.")


@transaction.atomic
def lift_restriction(restriction: ClientRestriction, *, reason: str, by: Actor, today: date) -> ClientRestriction:
    """Open a record again to everybody who had sight of it; its readers are told."""
    locked = _locked(restriction, by)
    readers = _readers(locked.client, today)
    locked.to_date, locked.end_reason = today, reason
    locked.version += 1
    with pghistory.context(reason=reason):
        locked.save(update_fields=["to_date", "end_reason", "version"])
        _end(readers, today=today)
        bring_shares_up_to_date(today=today, clients=[locked.client_id])
    _note(by, locked.client, "restriction lifted", reason)
    _tell([reader.staff for reader in readers], locked.client, "The record {} is no longer restricted.")
    return locked


def refuse_to_leave_unread(person: StaffMember, *, role: str | None) -> None:
    """Stand in the way of somebody who leaves, or goes to a role without clients, as the last reader of a record."""
    if role in SEES_ALL or (role in OPENS_CLIENTS and not person.organisation.accountable_body):
        return
    held = RestrictionReader.objects.filter(staff=person, to_date__isnull=True).values("client")
    list(ClientRestriction.objects.select_for_update().filter(client__in=held, to_date__isnull=True).order_by("pk"))
    left = only_read_by(person)
    if role in OPENS_CLIENTS:
        left = left.exclude(organisation=person.organisation_id)
    references = list(left.order_by("pk").values_list("external_id", flat=True)[:6])
    if references:
        named = ", ".join(references[:5]) + (" and others" if len(references) > 5 else "")
        raise CaseloadError(
            f"{person.name} is the last person here who may open {named}."
            " The data lead or a manager of its organisation names somebody else first, under Restricted people."
        )


def tell_of_restrictions(*, today: date) -> None:
    """Tell the keepers of reviews that are due and of records whose readers have all left."""
    due = ClientRestriction.objects.filter(to_date__isnull=True, review_on__lte=today)
    for found, words in (
        (due.select_related("client__organisation"), "The restriction of {} is due for review."),
        (unread().select_related("client__organisation"), "Nobody who is here may open the restricted record {}."),
    ):
        for restriction in found:
            client = restriction.client
            about = f"restriction {restriction.pk}"
            tell(keepers_of(client.organisation), words=words.format(client.external_id), link=_list(), about=about)


def _locked(restriction: ClientRestriction, by: Actor) -> ClientRestriction:
    """Lock a restriction that stands, for somebody who keeps it."""
    locked: ClientRestriction = (
        ClientRestriction.objects.select_for_update(of=("self",))
        .select_related("client__organisation")
        .get(pk=restriction.pk)
    )
    require_right(held=may_restrict(by, locked.client.organisation_id))
    if locked.to_date is not None:
        raise CaseloadError("This restriction has been lifted already.")
    return locked


def _name(
    client: Client, staff: StaffMember, *, reason: str, by: Actor, today: date, to_date: date | None = None
) -> RestrictionReader:
    """Begin somebody's reading; what they had ends or, begun today, becomes this one."""
    _end([row for row in _readers(client, today) if row.staff_id == staff.pk], today=today)
    reader = RestrictionReader(
        client=client,
        staff=staff,
        reason=reason,
        from_date=today,
        to_date=to_date,
        named_by=by if isinstance(by, StaffMember) else None,
    )
    reader.save()
    return reader


def _end(readers: Iterable[RestrictionReader], *, today: date) -> None:
    """End readings before today: the last day of one counts. One that began today never was."""
    for reader in readers:
        if reader.from_date >= today:
            reader.delete()
        else:
            reader.to_date = date.fromordinal(today.toordinal() - 1)
            reader.version += 1
            reader.save(update_fields=["to_date", "version"])


def _readers(client: Client, today: date) -> list[RestrictionReader]:
    return list(RestrictionReader.objects.on(today).filter(client=client).select_related("staff__organisation"))


def _refuse_strangers(client: Client, readers: Iterable[StaffMember]) -> None:
    able = set(possible_readers(client).values_list("pk", flat=True))
    for staff in readers:
        if staff.pk not in able:
            raise CaseloadError(
                f"{staff.name} could not open the record: name somebody of its organisation, of a partner it is shared"
                " with, or of the accountable body who works with every client.",
                field="readers",
            )


def _refuse_unread(client: Client) -> None:
    if not RestrictionReader.objects.lasting().filter(client=client).exists():
        raise CaseloadError(
            "Nobody would be left who may open the record without an end. Name somebody of its organisation, or of the"
            " accountable body who works with every client, first.",
            field="readers",
        )


def _refuse_past(review_on: date, today: date) -> None:
    if review_on <= today:
        raise CaseloadError("Enter a day after today for the review.", field="review_on")


def _list() -> str:
    return reverse("caseload:restricted")


def _tell(staff: Iterable[StaffMember], client: Client, words: str) -> None:
    tell(staff, words=words.format(client.external_id), link=reverse("caseload:client", args=[client.uid]))


def _note(by: Actor, client: Client, act: str, reason: str) -> None:
    AccessEntry(
        staff_member=by if isinstance(by, StaffMember) else None,
        action=AccessAction.ADMINISTERED,
        subject="caseload.client",
        subject_id=client.pk,
        detail={"act": act},
        purpose=reason[:200],
    ).save()
