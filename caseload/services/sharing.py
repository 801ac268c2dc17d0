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
from partners.platform.tenancy.scope import current_consortium_id
from partners.services.organisations import ensure_group, ensure_groups

KEEPS_SIGHT = (*OPEN_REFERRAL, ReferralStatus.COMPLETED)
PERMISSIONS = {"": "view_client", **{part.value: f"view_client_{part.value}" for part in SharePart}}

# What ought to be open: every referral that still gives a reason and every merge, with the consents that cover it: the
# one that lasts longest, and the parts of all. The owner of a surviving record needs no share to see it, but one for
# the parts of what others recorded. Where only some people are meant, the lists of their records let indexes answer.
_WANTED = """
    reason AS (
        SELECT 'referral' AS basis, referral.id AS referral_id, NULL::bigint AS merged_record_id,
               referral.to_organisation_id AS organisation_id, coalesce(client.merged_into_id, client.id) AS client_id
          FROM caseload_referral referral
          JOIN caseload_client client
            ON client.consortium_id = referral.consortium_id AND client.id = referral.client_id
         WHERE referral.consortium_id = %(consortium)s AND referral.status = ANY(%(sight)s)
           AND (%(everyone)s OR referral.client_id = ANY(%(records)s))
         UNION ALL
        SELECT 'merge', NULL, merged.id, side.organisation_id, survivor.id
          FROM caseload_client merged
          JOIN caseload_client survivor
            ON survivor.consortium_id = merged.consortium_id AND survivor.id = merged.merged_into_id
           AND survivor.organisation_id <> merged.organisation_id
          JOIN LATERAL (VALUES (merged.organisation_id, merged.merged_by_id IS NOT NULL),
                               (survivor.organisation_id, true)) side(organisation_id, is_meant) ON side.is_meant
         WHERE merged.consortium_id = %(consortium)s AND merged.merged_into_id IS NOT NULL
           AND (%(everyone)s OR merged.id = ANY(%(records)s))),
    agreed AS (
        SELECT coalesce(client.merged_into_id, client.id) AS client_id, consent.organisation_id, consent.id,
               consent.expires_on,
               consent.parts, owner.organisation_id AS owner_id,
               owner.organisation_id = client.organisation_id OR consent.answered_at IS NOT NULL AS is_settled
          FROM caseload_consent consent
          JOIN caseload_client client ON client.consortium_id = consent.consortium_id AND client.id = consent.client_id
          JOIN caseload_client owner ON owner.consortium_id = client.consortium_id
           AND owner.id = coalesce(client.merged_into_id, client.id)
         WHERE consent.consortium_id = %(consortium)s AND consent.purpose = 'sharing'
           AND (%(everyone)s OR consent.client_id = ANY(%(records)s))
           AND consent.given_on <= %(today)s
           AND (consent.expires_on IS NULL OR consent.expires_on >= %(today)s)
           AND (consent.withdrawn_on IS NULL OR consent.withdrawn_on > %(today)s)),
    wanted AS MATERIALIZED (
        SELECT reason.basis, reason.referral_id, reason.merged_record_id, reason.organisation_id, reason.client_id,
               CASE reason.basis WHEN 'referral' THEN
                   (array_agg(agreed.id ORDER BY agreed.expires_on DESC NULLS FIRST, agreed.id))[1] END AS consent_id,
               coalesce(array_agg(DISTINCT part ORDER BY part) FILTER (WHERE part IS NOT NULL), '{}') AS parts
          FROM reason
          LEFT JOIN agreed ON agreed.client_id = reason.client_id
           AND (agreed.organisation_id IS NULL OR agreed.organisation_id = reason.organisation_id)
          LEFT JOIN LATERAL unnest(agreed.parts) part
            ON agreed.is_settled OR agreed.owner_id = reason.organisation_id
         GROUP BY reason.basis, reason.referral_id, reason.merged_record_id, reason.organisation_id, reason.client_id
        HAVING reason.basis = 'merge' OR count(agreed.id) > 0)
"""
_SAME = """
    live.basis = wanted.basis AND live.client_id = wanted.client_id AND live.organisation_id = wanted.organisation_id
    AND live.referral_id IS NOT DISTINCT FROM wanted.referral_id
    AND live.merged_record_id IS NOT DISTINCT FROM wanted.merged_record_id
    AND live.consent_id IS NOT DISTINCT FROM wanted.consent_id
"""
# All of a person's records are marked where a restriction of one of them stands, and none where none does.
_MARK = """
    WITH marked AS MATERIALIZED (
        SELECT DISTINCT coalesce(client.merged_into_id, client.id) AS person
          FROM caseload_clientrestriction restriction
          JOIN caseload_client client
            ON client.consortium_id = restriction.consortium_id AND client.id = restriction.client_id
         WHERE restriction.consortium_id = %(consortium)s AND restriction.to_date IS NULL)
    UPDATE caseload_client client SET restricted = NOT client.restricted
     WHERE client.consortium_id = %(consortium)s AND (%(everyone)s OR client.id = ANY(%(records)s))
       AND client.restricted <> (coalesce(client.merged_into_id, client.id) IN (SELECT person FROM marked))
"""
# Ended, changed and begun in one statement: each part sees what was open before it.
_FOLLOW = f"""
    WITH {_WANTED},
    live AS MATERIALIZED (
        SELECT * FROM caseload_share WHERE consortium_id = %(consortium)s AND ended_at IS NULL
           AND (%(everyone)s OR client_id = ANY(%(records)s))),
    ended AS (
        UPDATE caseload_share share
           SET to_date = greatest(share.from_date, %(today)s), ended_at = now(), version = share.version + 1,
               end_reason = CASE WHEN live.basis = 'merge' AND merged.merged_into_id IS NULL THEN 'Merge undone'
                                 WHEN client.merged_into_id IS NOT NULL OR live.basis = 'merge' THEN 'Record merged'
                                 WHEN referral.status <> ALL(%(sight)s) THEN 'Referral ' || referral.status
                                 WHEN consent.withdrawn_on <= %(today)s THEN 'Consent withdrawn'
                                 WHEN consent.expires_on < %(today)s THEN 'Consent ended'
                                 ELSE 'Another consent lasts longer' END
          FROM live
          JOIN caseload_client client ON client.consortium_id = live.consortium_id AND client.id = live.client_id
          LEFT JOIN caseload_client merged
            ON merged.consortium_id = live.consortium_id AND merged.id = live.merged_record_id
          LEFT JOIN caseload_referral referral
            ON referral.consortium_id = live.consortium_id AND referral.id = live.referral_id
          LEFT JOIN caseload_consent consent
            ON consent.consortium_id = live.consortium_id AND consent.id = live.consent_id
         WHERE share.consortium_id = live.consortium_id AND share.id = live.id
           AND NOT EXISTS (SELECT 1 FROM wanted WHERE {_SAME})),
    changed AS (
        UPDATE caseload_share share SET parts = wanted.parts, version = share.version + 1
          FROM live JOIN wanted ON {_SAME}
         WHERE share.consortium_id = live.consortium_id AND share.id = live.id AND share.parts <> wanted.parts)
    INSERT INTO caseload_share (consortium_id, uid, external_id, recorded_at, version, client_id, organisation_id,
                                basis, consent_id, referral_id, merged_record_id, parts, from_date, end_reason)
    SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, wanted.client_id, wanted.organisation_id, wanted.basis,
           wanted.consent_id, wanted.referral_id, wanted.merged_record_id, wanted.parts, %(today)s, ''
      FROM wanted, LATERAL (SELECT gen_random_uuid() AS uid, wanted.client_id) made
     WHERE NOT EXISTS (SELECT 1 FROM live WHERE {_SAME})
     ORDER BY wanted.referral_id, wanted.merged_record_id, wanted.organisation_id
"""  # noqa: S608  no value is spliced in; ORDER BY chooses before it writes, see caseload.services.upkeep
_GRANT = """
    WITH permission AS (
        SELECT named.part, permission.id
          FROM unnest(%(parts)s::text[], %(codenames)s::text[]) named(part, codename)
          JOIN auth_permission permission ON permission.codename = named.codename
          JOIN django_content_type kind
            ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'),
    granted AS MATERIALIZED (
        SELECT DISTINCT share.client_id, organisation.group_id, permission.id AS permission_id
          FROM caseload_share share
          JOIN partners_organisation organisation
            ON organisation.consortium_id = share.consortium_id AND organisation.id = share.organisation_id
          JOIN permission ON permission.part = '' OR permission.part = ANY(share.parts)
         WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL AND organisation.group_id IS NOT NULL
           AND (%(everyone)s OR share.client_id = ANY(%(records)s))),
    revoked AS (
        DELETE FROM caseload_clientgrouppermission old
         WHERE old.consortium_id = %(consortium)s AND (%(everyone)s OR old.content_object_id = ANY(%(records)s))
           AND NOT EXISTS (SELECT 1 FROM granted WHERE granted.client_id = old.content_object_id
                              AND granted.group_id = old.group_id AND granted.permission_id = old.permission_id))
    INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
    SELECT %(consortium)s, client_id, group_id, permission_id FROM granted
    ON CONFLICT DO NOTHING
"""
_GRANT_ONE = """
    INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
    SELECT %s, %s, %s, permission.id
      FROM auth_permission permission
      JOIN django_content_type kind
        ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'
     WHERE permission.codename = ANY(%s)
    ON CONFLICT DO NOTHING
"""


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
