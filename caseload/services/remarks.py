"""What others say about an entry that is not theirs to correct. Who recorded it corrects it or answers."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from caseload.models import Client, Remark
from caseload.queries.writing import may_correct, record_of, recorder_of, working_with
from caseload.services.journey import allowed
from partners.errors import CaseloadError, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.changing import keep
from partners.services.notices import people_who_answer, tell


@transaction.atomic
def say_wrong(entry: Any, *, what: str, words: str, by: StaffMember) -> Remark:
    """Tell the organisation that may correct an entry that it looks wrong; the words stay on it until answered.

    ``what`` is the kind of the entry as in addresses of pages.
    """
    client = record_of(entry)
    allowed(by, client)
    if may_correct(by, entry):
        raise CaseloadError("Your organisation recorded this: correct it.")
    if not words.strip():
        raise CaseloadError("Enter what looks wrong, and what would be right.", field="words")
    to = whom_to_tell(entry)
    remark = keep(
        Remark(
            client=client,
            what=what,
            entry=entry.uid,
            words=words.strip(),
            from_organisation=by.organisation,
            to_organisation_id=to,
            made_by=by,
        )
    )
    people = _who_answers(entry, client, to)
    said = f"{by.organisation} says that something recorded about {client.external_id} looks wrong."
    tell(people, words=said, link=_page(client, what, entry.uid), about=f"remark {remark.pk}")
    return remark


@transaction.atomic
def answer_remark(remark: Remark, *, words: str, by: StaffMember) -> Remark:
    """Answer what another organisation said; it reads the answer, and the words leave the entry."""
    allowed(by, remark.client)
    if by.organisation_id != remark.to_organisation_id:
        raise NotAllowed
    if not words.strip():
        raise CaseloadError("Enter your answer: the other organisation reads it.", field="words")
    locked: Remark = Remark.objects.select_for_update().select_related("client", "made_by").get(pk=remark.pk)
    if locked.answered_at is not None:
        raise CaseloadError("This was answered meanwhile.")
    locked.answer, locked.answered_at, locked.answered_by = words.strip(), timezone.now(), by
    locked.version += 1
    locked.save()
    said = f"{by.organisation} answered what you said about {locked.client.external_id}."
    tell([locked.made_by], words=said, link=_page(locked.client, locked.what, locked.entry))
    return locked


def answer_by_correcting(entry: Any, *, by: StaffMember) -> None:
    """Answer what was said about an entry that has now been corrected."""
    for remark in Remark.objects.filter(entry=entry.uid, answered_at__isnull=True, to_organisation=by.organisation_id):
        answer_remark(remark, words="Corrected.", by=by)


def whom_to_tell(entry: Any) -> int:
    """Return the organisation that may correct an entry: its recorder, or the owner where that works here no more."""
    client, recorder = record_of(entry), recorder_of(entry)
    return recorder if recorder in working_with(client, [recorder]) else int(client.organisation_id)


def _who_answers(entry: Any, client: Client, organisation_id: int) -> list[StaffMember]:
    """Return who recorded it, or else the client's adviser, if they are of that organisation; or its people."""
    near = [getattr(entry, "recorded_by", None), getattr(entry, "taken_by", None), client.adviser]
    here = [each for each in near if each and each.organisation_id == organisation_id and each.left_at is None]
    return here[:1] or people_who_answer(organisation_id, Capability.RECORD_JOURNEY)


def _page(client: Client, what: str, entry: UUID) -> str:
    return reverse("caseload:entry", args=[client.uid, what, entry])
