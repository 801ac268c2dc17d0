"""The one place that opens a client's record to another organisation and closes it again.

A share stands while two things hold (DESIGN.md law 4, API.md "Referrals"): a referral that is open or completed brought
the client to the organisation, and a consent to share covers that organisation today. Completed work keeps its sight
until the consent ends, because what was paid for must still be checked; a declined, withdrawn, expired or returned
referral ends it at once. A referral without consent, as an old system's package may bring, stands in the inbox with its
reason and opens nothing until consent is recorded.

Shares belong to a person's surviving record. guardian's group permissions, which lists read, follow the shares.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from caseload.enums import OPEN_REFERRAL, ConsentPurpose, ReferralStatus
from caseload.models import Client, ClientGroupPermission, Consent, Referral, Share
from caseload.queries.consents import covering_consents
from partners.models import ApiKey, Organisation, StaffMember
from partners.permissions import Capability, require
from partners.services.organisations import ensure_group, ensure_groups
from partners.tenancy.scope import current_consortium_id

By = StaffMember | ApiKey
KEEPS_SIGHT = (*OPEN_REFERRAL, ReferralStatus.COMPLETED)

# What ought to be open: for every referral that still gives a reason, the consent that lasts longest.
# Where only some people are meant, the lists of their records let the indexes answer.
_WANTED = """
    SELECT DISTINCT ON (referral.id) referral.id AS referral_id, referral.to_organisation_id AS organisation_id,
           coalesce(client.merged_into_id, client.id) AS client_id, consent.id AS consent_id
      FROM caseload_referral referral
      JOIN caseload_client client
        ON client.consortium_id = referral.consortium_id AND client.id = referral.client_id
      JOIN caseload_client agreed
        ON agreed.consortium_id = referral.consortium_id
       AND coalesce(agreed.merged_into_id, agreed.id) = coalesce(client.merged_into_id, client.id)
      JOIN caseload_consent consent
        ON consent.consortium_id = referral.consortium_id AND consent.client_id = agreed.id
       AND consent.purpose = 'sharing'
       AND (consent.organisation_id IS NULL OR consent.organisation_id = referral.to_organisation_id)
       AND consent.given_on <= %(today)s
       AND (consent.expires_on IS NULL OR consent.expires_on >= %(today)s)
       AND (consent.withdrawn_on IS NULL OR consent.withdrawn_on > %(today)s)
     WHERE referral.consortium_id = %(consortium)s AND referral.status = ANY(%(sight)s)
       AND (%(everyone)s OR referral.client_id = ANY(%(records)s))
       AND (%(everyone)s OR agreed.id = ANY(%(records)s))
     ORDER BY referral.id, consent.expires_on DESC NULLS FIRST, consent.id
"""
_END = f"""
    WITH wanted AS MATERIALIZED ({_WANTED})
    UPDATE caseload_share share
       SET to_date = greatest(share.from_date, %(today)s), ended_at = now(), version = share.version + 1,
           end_reason = CASE WHEN referral.status <> ALL(%(sight)s) THEN 'Referral ' || referral.status
                             WHEN client.merged_into_id IS NOT NULL THEN 'Record merged'
                             WHEN consent.withdrawn_on <= %(today)s THEN 'Consent withdrawn'
                             ELSE 'Consent ended' END
      FROM caseload_referral referral, caseload_client client, caseload_consent consent
     WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL
       AND (%(everyone)s OR share.client_id = ANY(%(records)s))
       AND referral.consortium_id = share.consortium_id AND referral.id = share.referral_id
       AND client.consortium_id = share.consortium_id AND client.id = share.client_id
       AND consent.consortium_id = share.consortium_id AND consent.id = share.consent_id
       AND NOT EXISTS (SELECT 1 FROM wanted
                        WHERE wanted.referral_id = share.referral_id AND wanted.client_id = share.client_id
                          AND wanted.consent_id = share.consent_id)
"""  # noqa: S608  no value is spliced in, only the query above
_BEGIN = f"""
    WITH wanted AS MATERIALIZED ({_WANTED})
    INSERT INTO caseload_share (consortium_id, uid, external_id, recorded_at, version, client_id, organisation_id,
                                consent_id, referral_id, from_date, end_reason)
    SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, wanted.client_id, wanted.organisation_id,
           wanted.consent_id, wanted.referral_id, %(today)s, ''
      FROM wanted, LATERAL (SELECT gen_random_uuid() AS uid, wanted.referral_id) made
     WHERE NOT EXISTS (SELECT 1 FROM caseload_share share
                        WHERE share.consortium_id = %(consortium)s AND share.referral_id = wanted.referral_id
                          AND share.client_id = wanted.client_id AND share.ended_at IS NULL)
     ORDER BY wanted.referral_id
"""  # noqa: S608  likewise; ORDER BY chooses before it writes, see caseload.services.upkeep
_REVOKE = """
    DELETE FROM caseload_clientgrouppermission permission
     WHERE permission.consortium_id = %(consortium)s
       AND (%(everyone)s OR permission.content_object_id = ANY(%(records)s))
       AND NOT EXISTS (SELECT 1 FROM caseload_share share
                         JOIN partners_organisation organisation
                           ON organisation.consortium_id = share.consortium_id
                          AND organisation.id = share.organisation_id
                        WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL
                          AND share.client_id = permission.content_object_id
                          AND organisation.group_id = permission.group_id)
"""
_GRANT = """
    INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
    SELECT DISTINCT share.consortium_id, share.client_id, organisation.group_id, permission.id
      FROM caseload_share share
      JOIN partners_organisation organisation
        ON organisation.consortium_id = share.consortium_id AND organisation.id = share.organisation_id
      JOIN auth_permission permission ON permission.codename = 'view_client'
      JOIN django_content_type kind
        ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'
     WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL AND organisation.group_id IS NOT NULL
       AND (%(everyone)s OR share.client_id = ANY(%(records)s))
    ON CONFLICT DO NOTHING
"""
_GRANT_ONE = """
    INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
    SELECT %s, %s, %s, permission.id
      FROM auth_permission permission
      JOIN django_content_type kind
        ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'
     WHERE permission.codename = 'view_client'
    ON CONFLICT DO NOTHING
"""


def bring_shares_up_to_date(*, today: date, clients: Collection[int] | None = None) -> None:
    """Open what ought to be open today and close the rest, for some clients or for the whole consortium, in sets.

    ``clients`` are ids of people's records, merged or surviving. Repeating it changes nothing.
    """
    values: dict[str, Any] = {
        "consortium": current_consortium_id(),
        "today": today,
        "sight": [status.value for status in KEEPS_SIGHT],
        "everyone": clients is None,
        "records": [] if clients is None else _all_records(clients),
    }
    ensure_groups()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (_END, _BEGIN, _REVOKE, _GRANT):
            cursor.execute(statement, values)


def open_by(share: Share, referral: Referral) -> None:
    """Let a new share say what a new referral opens to its receiver.

    With :func:`grant_of` it is what :func:`bring_shares_up_to_date` would find, without comparing with what was open.
    """
    share.client_id, share.organisation_id = referral.client_id, referral.to_organisation_id
    share.consent_id, share.referral_id = referral.consent_id, referral.pk


def grant_of(referral: Referral) -> tuple[str, list[Any]]:
    """Return the statement that gives the receiver's group its permission on the client."""
    organisation = referral.to_organisation
    group_id = organisation.group_id or ensure_group(organisation).pk
    return _GRANT_ONE, [current_consortium_id(), referral.client_id, group_id]


def _all_records(clients: Collection[int]) -> list[int]:
    """Return the ids of every record, merged or surviving, of the people these records belong to."""
    survivors = Client.objects.filter(pk__in=clients).annotate(survivor=Coalesce("merged_into_id", "pk"))
    people = set(survivors.values_list("survivor", flat=True))
    merged = Client.objects.filter(merged_into__in=people).values_list("pk", flat=True)
    return [*people, *merged]


def is_open_to(client: Client, organisation_id: int) -> bool:
    """Tell whether an organisation may open a record: it is its own, or a live share opens it."""
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
) -> Consent:
    """Keep what a client agreed to; no organisation means every partner. Waiting referrals open at once."""
    _require(by)
    client = client.merged_into or client
    consent = Consent(
        client=client,
        purpose=purpose,
        organisation=organisation,
        given_on=given_on,
        expires_on=expires_on,
        method=method,
        form_version=form_version,
        taken_by=by if isinstance(by, StaffMember) else None,
    )
    consent.save()
    if purpose == ConsentPurpose.SHARING:
        bring_shares_up_to_date(today=today, clients=[client.pk])
    return consent


def withdraw_consent(consent: Consent, *, on: date, by: By, today: date) -> Consent:
    """End a consent; what it opened to others closes on that day."""
    _require(by)
    with transaction.atomic():
        locked: Consent = Consent.objects.select_for_update().select_related("client").get(pk=consent.pk)
        if locked.withdrawn_on is None or locked.withdrawn_on > on:
            locked.withdrawn_on = on
            locked.version += 1
            locked.save(update_fields=["withdrawn_on", "version"])
        bring_shares_up_to_date(today=today, clients=[locked.client.merged_into_id or locked.client_id])
    return locked


def has_consent(client: Client, *, organisation: Any, today: date) -> bool:
    """Tell whether a consent to share with an organisation is in force."""
    return covering_consents(client, organisation=organisation, today=today).exists()


def _require(by: By) -> None:
    if isinstance(by, StaffMember):
        require(by, Capability.RECORD_JOURNEY)
