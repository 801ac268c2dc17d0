"""What another organisation recorded of a client's consent, before the record's owner: shown, and agreed to.

Sharing the journey holds at once and the owner is told. The special categories that such a consent names (health,
offending, ethnicity) open nothing until the owner agrees; the owner refuses with a reason. Whoever recorded it is told
of the answer (DESIGN.md "Tenancy and access").
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from caseload.enums import ConsentPurpose, in_words
from caseload.judging import may_agree, opens_parts
from caseload.models import Client, Consent
from caseload.queries.consents import parts_waiting_for_owner
from caseload.services.sharing import bring_shares_up_to_date, record_consent
from partners.errors import CaseloadError
from partners.judging import require_right
from partners.models import Organisation, StaffMember
from partners.permissions import Capability
from partners.services.notices import people_who_answer, tell


@transaction.atomic
def take_consent(client: Client, *, by: StaffMember, today: date, **said: Any) -> Consent:
    """Record a consent (:func:`record_consent`) and, on another organisation's record, tell its owner at once."""
    consent = record_consent(client, by=by, today=today, **said)
    if consent.purpose == ConsentPurpose.SHARING and not opens_parts(by, consent.client):
        tell_owner(consent.client, by=by.organisation, waiting=consent.parts_waiting)
    return consent


@transaction.atomic
def answer_parts(consent: Consent, *, agrees: bool, by: StaffMember, reason: str = "") -> Consent:
    """Agree to the parts that wait for the owner of the record, or refuse them with a reason."""
    locked: Consent = (
        Consent.objects.select_for_update(of=("self",))
        .select_related("client__merged_into", "recording_organisation", "taken_by")
        .get(pk=consent.pk)
    )
    client: Client = locked.client.merged_into or locked.client
    require_right(held=may_agree(by, client))
    waiting = parts_waiting_for_owner(locked)
    if not waiting:
        raise CaseloadError("Nothing of this consent waits any more.")
    if not agrees and not reason.strip():
        raise CaseloadError("Give the reason, so that whoever recorded it knows.", field="reason")
    kept = set(locked.parts) - set(waiting)
    locked.parts = sorted(kept | set(waiting) if agrees else kept)
    locked.parts_waiting = []
    locked.answered_by, locked.answered_at, locked.answer_reason = by, timezone.now(), reason.strip()
    locked.version += 1
    with pghistory.context(reason=reason):
        locked.save(update_fields=["parts", "parts_waiting", "answered_by", "answered_at", "answer_reason", "version"])
    bring_shares_up_to_date(today=timezone.localdate(), clients=[client.pk])
    said = "agreed" if agrees else "did not agree"
    _tell(
        _recorders(locked),
        client,
        f"{client.organisation.name} {said} that the consent of {client.external_id} covers {in_words(waiting)}.",
    )
    return locked


def tell_owner(client: Client, *, by: Organisation, waiting: Iterable[str]) -> None:
    """Tell the owner of a record that somebody else recorded a consent to share on it."""
    waits = in_words(list(waiting))
    more = f" {waits.capitalize()} in it wait{'' if ' and ' in waits else 's'} for your answer." if waits else ""
    people = people_who_answer(client.organisation_id, Capability.RECORD_JOURNEY)
    if client.adviser is not None and client.adviser.organisation_id == client.organisation_id:
        people = [client.adviser, *people]
    words = f"{by.name} recorded a consent to share for {client.external_id}.{more}"
    _tell(people, client, words, about=f"consent of {client.pk}")


def _recorders(consent: Consent) -> list[StaffMember]:
    if consent.taken_by is not None:
        return [consent.taken_by]
    organisation = consent.recording_organisation or consent.client.organisation
    return people_who_answer(organisation.pk, Capability.ANSWER_REFERRALS)


def _tell(people: Iterable[StaffMember], client: Client, words: str, about: str = "") -> None:
    link = f"{reverse('caseload:client', args=[client.uid])}#consent-title"
    tell(people, words=words, link=link, about=about)
