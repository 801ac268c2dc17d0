-- What ought to be open: every referral that still gives a reason and every merge, with the consents that cover it: the
-- one that lasts longest, and the parts of all. The owner of a surviving record needs no share to see it, but one for
-- the parts of what others recorded. Where only some people are meant, the lists of their records let indexes answer.
-- Ended, changed and begun in one statement: each part sees what was open before it. ORDER BY chooses before it writes,
-- see begin_assignments.sql.
WITH reason AS (
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
           consent.expires_on, consent.parts, owner.organisation_id AS owner_id,
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
    HAVING reason.basis = 'merge' OR count(agreed.id) > 0),
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
       AND NOT EXISTS (SELECT 1 FROM wanted
                   WHERE live.basis = wanted.basis AND live.client_id = wanted.client_id
                     AND live.organisation_id = wanted.organisation_id
                     AND live.referral_id IS NOT DISTINCT FROM wanted.referral_id
                     AND live.merged_record_id IS NOT DISTINCT FROM wanted.merged_record_id
                     AND live.consent_id IS NOT DISTINCT FROM wanted.consent_id)),
changed AS (
    UPDATE caseload_share share SET parts = wanted.parts, version = share.version + 1
      FROM live
      JOIN wanted
        ON live.basis = wanted.basis AND live.client_id = wanted.client_id
       AND live.organisation_id = wanted.organisation_id
       AND live.referral_id IS NOT DISTINCT FROM wanted.referral_id
       AND live.merged_record_id IS NOT DISTINCT FROM wanted.merged_record_id
       AND live.consent_id IS NOT DISTINCT FROM wanted.consent_id
     WHERE share.consortium_id = live.consortium_id AND share.id = live.id AND share.parts <> wanted.parts)
INSERT INTO caseload_share (consortium_id, uid, external_id, recorded_at, version, client_id, organisation_id,
                            basis, consent_id, referral_id, merged_record_id, parts, from_date, end_reason)
SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, wanted.client_id, wanted.organisation_id, wanted.basis,
       wanted.consent_id, wanted.referral_id, wanted.merged_record_id, wanted.parts, %(today)s, ''
  FROM wanted, LATERAL (SELECT gen_random_uuid() AS uid, wanted.client_id) made
 WHERE NOT EXISTS (SELECT 1 FROM live
             WHERE live.basis = wanted.basis AND live.client_id = wanted.client_id
               AND live.organisation_id = wanted.organisation_id
               AND live.referral_id IS NOT DISTINCT FROM wanted.referral_id
               AND live.merged_record_id IS NOT DISTINCT FROM wanted.merged_record_id
               AND live.consent_id IS NOT DISTINCT FROM wanted.consent_id)
 ORDER BY wanted.referral_id, wanted.merged_record_id, wanted.organisation_id
