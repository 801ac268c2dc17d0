-- Who worked on the referral before works on it again; else who answered it, or leads the client in that organisation.
-- ORDER BY chooses before it writes.
INSERT INTO caseload_serviceworker (consortium_id, uid, external_id, recorded_at, version, referral_id, staff_id,
                                    from_date, end_reason)
SELECT referral.consortium_id, made.uid, made.uid::text, now(), 1, referral.id, named.id,
       CASE WHEN earlier.referral_id IS NULL THEN least(referral.status_on, %(today)s) ELSE %(today)s END, ''
  FROM caseload_referral referral
  LEFT JOIN LATERAL (SELECT spell.referral_id, spell.staff_id FROM caseload_serviceworker spell
                      WHERE spell.consortium_id = referral.consortium_id AND spell.referral_id = referral.id
                      ORDER BY spell.id DESC LIMIT 1) earlier ON true
  JOIN caseload_client record
    ON record.consortium_id = referral.consortium_id AND record.id = referral.client_id
  LEFT JOIN partners_staffmember named
    ON named.consortium_id = referral.consortium_id
   AND named.id = coalesce(earlier.staff_id, referral.answered_by_id, record.adviser_id)
   AND named.organisation_id = referral.to_organisation_id AND named.left_at IS NULL,
       LATERAL (SELECT gen_random_uuid() AS uid, referral.id) made
 WHERE referral.consortium_id = %(consortium)s AND referral.status = ANY(%(held)s)
   AND (%(everyone)s OR referral.client_id = ANY(%(records)s))
   AND EXISTS (SELECT FROM caseload_share live
                WHERE live.consortium_id = referral.consortium_id AND live.referral_id = referral.id
                  AND live.ended_at IS NULL)
   AND NOT EXISTS (SELECT FROM caseload_serviceworker working
                    WHERE working.consortium_id = referral.consortium_id AND working.referral_id = referral.id
                      AND working.to_date IS NULL)
 ORDER BY referral.id
