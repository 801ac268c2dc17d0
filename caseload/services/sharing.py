"""The one place that opens a client's record to another organisation and closes it again.

A share stands for one of two reasons (DESIGN.md law 4, API.md "Referrals"):

- a referral that is open or completed brought the client to the organisation, and a consent to share covers that
  organisation today. Completed work keeps its sight until the consent ends, because what was paid for must still be
  checked; a declined, withdrawn, expired or returned referral ends it at once. A referral without consent, as an old
  system's package may bring, stands in the inbox with its reason and opens nothing until consent is recorded.
- somebody found the organisation's own record of the person and this one to be of one person. Neither loses sight of
  the person by that. A sure match that linked a partner's record by itself opens nothing to its sender, who is shown
  their own record.

What a share opens is the journey, and of the special categories those parts that the client's consents in force for
that organisation cover, together. A merge alone opens none of them, to neither side; a consent that stands on a record
merged into another organisation's opens them when that organisation, the owner, has agreed.

Shares belong to a person's surviving record. guardian's group permissions, which lists read, follow the shares.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from caseload.enums import OPEN_REFERRAL, ConsentPurpose, ReferralStatus, SharePart
from caseload.judging import By, may_record_consent, may_settle_form, opens_parts
from caseload.models import Client, ClientGroupPermission, Consent, ConsentForm, Referral, Share
from caseload.queries.consents import covering_consents, standard_parts
from caseload.services.journey import require_working
from caseload.services.leading import follow_shares
from partners.judging import require_right
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may
from partners.platform.sql_files import sql
from partners.platform.tenancy.scope import current_consortium_id
from partners.services.organisations import ensure_group, ensure_groups

KEEPS_SIGHT = (*OPEN_REFERRAL, ReferralStatus.COMPLETED)
PERMISSIONS = {"": "view_client", **{part.value: f"view_client_{part.value}" for part in SharePart}}

_MARK = sql("caseload", "mark_restricted")
_FOLLOW = sql("caseload", "follow_reasons")
_GRANT = sql("caseload", "grant")
_GRANT_ONE = sql("caseload", "grant_one")


def bring_shares_up_to_date(*, today: date, clients: Collection[int] | None = None, tells: bool = True) -> None:
    """Open what ought to be open today and close the rest, for some clients or for the whole consortium, in sets.

    ``clients`` are ids of people's records, merged or surviving. Repeating it changes nothing. Who works with them and
    who leads follows (caseload.services.leading); ``tells`` says whether people are told of it.
    Whose records are restricted follows too: merged and separated people change it.
    """
    records = None if clients is None else _all_records(clients)
    values: dict[str, Any] = {
        "consortium": current_consortium_id(),
        "today": today,
        "sight": [status.value for status in KEEPS_SIGHT],
        "everyone": clients is None,
        "records": records or [],
        "parts": list(PERMISSIONS),
        "codenames": list(PERMISSIONS.values()),
    }
    ensure_groups()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_MARK, _FOLLOW, _GRANT):
            cursor.execute(statement, values)
        follow_shares(today=today, clients=records, tells=tells)


def open_by(share: Share, referral: Referral, *, parts: Iterable[str]) -> None:
    """Let a new share say what a new referral and its consent open to its receiver.

    With :func:`grant_of` it is what :func:`bring_shares_up_to_date` would find, without comparing with what was open.
    """
    share.client_id, share.organisation_id = referral.client_id, referral.to_organisation_id
    share.consent_id, share.referral_id = referral.consent_id, referral.pk
    share.parts = sorted(parts)


def grant_of(referral: Referral, *, parts: Iterable[str]) -> tuple[str, list[Any]]:
    """Return the statement that gives the receiver's group its permissions on the client."""
    organisation = referral.to_organisation
    group_id = organisation.group_id or ensure_group(organisation).pk
    codenames = [PERMISSIONS[part] for part in ("", *parts)]
    return _GRANT_ONE, [current_consortium_id(), referral.client_id, group_id, codenames]


def _all_records(clients: Collection[int]) -> list[int]:
    """Return the ids of every record, merged or surviving, of the people these records belong to."""
    survivors = Client.objects.filter(pk__in=clients).annotate(survivor=Coalesce("merged_into_id", "pk"))
    people = set(survivors.values_list("survivor", flat=True))
    merged = Client.objects.filter(merged_into__in=people).values_list("pk", flat=True)
    return [*people, *merged]


def is_open_to(client: Client, organisation_id: int) -> bool:
    """Tell whether an organisation may open a record: it is its own, or a live share opens it.

    A restricted one is for named people and never for an organisation.
    """
    if client.restricted:
        return False
    if client.organisation_id == organisation_id:
        return True
    return ClientGroupPermission.objects.filter(content_object=client, group__organisation=organisation_id).exists()


def record_consent(
    client: Client,
    *,
    purpose: str,
    given_on: date,
    method: str,
    by: By,
    today: date,
    organisation: Organisation | None = None,
    expires_on: date | None = None,
    form_version: str = "",
    parts: Collection[str] | None = None,
) -> Consent:
    """Keep what a client agreed to; no organisation means every partner. Waiting referrals open at once.

    A consent to share opens the journey and the ``parts`` named; where nobody could say, those of the form. Recorded by
    another organisation than the record's owner, the parts wait for the owner (caseload.services.agreeing).
    """
    require_right(held=may_record_consent(by))
    _require_working(client, by)
    client = client.merged_into or client
    agreed, is_own = _parts(purpose, parts), opens_parts(by, client)
    consent = Consent(
        client=client,
        purpose=purpose,
        organisation=organisation,
        given_on=given_on,
        expires_on=expires_on,
        method=method,
        parts=agreed if is_own else [],
        parts_waiting=[] if is_own else agreed,
        form_version=form_version,
        taken_by=by if isinstance(by, StaffMember) else None,
        recording_organisation=by.organisation,
    )
    consent.save()
    if purpose == ConsentPurpose.SHARING:
        bring_shares_up_to_date(today=today, clients=[client.pk])
    return consent


def withdraw_consent(consent: Consent, *, on: date, by: By, today: date) -> Consent:
    """End a consent; what it opened to others closes on that day.

    A client may say it to anybody who works with them, whoever took the consent.
    """
    require_right(held=may_record_consent(by))
    _require_working(consent.client, by)
    with transaction.atomic():
        locked: Consent = Consent.objects.select_for_update().select_related("client").get(pk=consent.pk)
        if locked.withdrawn_on is None or locked.withdrawn_on > on:
            locked.withdrawn_on = on
            locked.version += 1
            locked.save(update_fields=["withdrawn_on", "version"])
        bring_shares_up_to_date(today=today, clients=[locked.client.merged_into_id or locked.client_id])
    return locked


def _require_working(client: Client, by: By) -> None:
    sees_all = isinstance(by, StaffMember) and may(by, Capability.SEE_ALL_CLIENTS)
    require_working(client, by.organisation_id, sees_all=sees_all)


def has_consent(client: Client, *, organisation: Any, today: date) -> bool:
    """Tell whether a consent to share with an organisation is in force."""
    return covering_consents(client, organisation=organisation, today=today).exists()


def settle_consent_form(*, parts: Collection[str], by: StaffMember) -> ConsentForm:
    """Say what the consortium's form opens besides the journey, for consents recorded from now on."""
    require_right(held=may_settle_form(by))
    form: ConsentForm = ConsentForm.objects.select_for_update().first() or ConsentForm()
    form.parts = sorted(parts)
    form.version += 0 if form._state.adding else 1
    form.save()
    return form


def _parts(purpose: str, parts: Collection[str] | None) -> list[str]:
    if purpose != ConsentPurpose.SHARING:
        return []
    return sorted(standard_parts() if parts is None else parts)
