-- Work is over when the referral is no longer open, or nothing opens the record to its receiver any more.
WITH over AS (
    SELECT worker.id, referral.id AS referral_id, coalesce(client.merged_into_id, client.id) AS client_id,
           referral.to_organisation_id AS organisation_id, worker.staff_id,
           referral.status = ANY(%(held)s) AS is_held,
           CASE referral.status
                WHEN 'completed' THEN 'Work completed'
                WHEN 'returned' THEN 'Handed back'
                WHEN 'withdrawn' THEN 'Referral withdrawn'
                WHEN 'sent' THEN 'Acceptance taken back'
                WHEN 'declined' THEN 'Referral declined'
                WHEN 'expired' THEN 'Referral expired'
                ELSE coalesce((SELECT share.end_reason FROM caseload_share share
                                WHERE share.consortium_id = referral.consortium_id
                                  AND share.referral_id = referral.id AND share.ended_at IS NOT NULL
                                ORDER BY share.ended_at DESC, share.id DESC LIMIT 1), 'No longer shared')
           END AS reason
      FROM caseload_serviceworker worker
      JOIN caseload_referral referral
        ON referral.consortium_id = worker.consortium_id AND referral.id = worker.referral_id
      JOIN caseload_client client
        ON client.consortium_id = referral.consortium_id AND client.id = referral.client_id
     WHERE worker.consortium_id = %(consortium)s AND worker.to_date IS NULL
       AND (%(everyone)s OR referral.client_id = ANY(%(records)s))
       AND (referral.status <> ALL(%(held)s) OR NOT EXISTS (
               SELECT FROM caseload_share live
                WHERE live.consortium_id = referral.consortium_id AND live.referral_id = referral.id
                  AND live.ended_at IS NULL)))
UPDATE caseload_serviceworker worker
   SET to_date = greatest(worker.from_date, %(today)s), end_reason = over.reason, version = worker.version + 1
  FROM over
 WHERE worker.consortium_id = %(consortium)s AND worker.id = over.id
RETURNING over.client_id, over.organisation_id, over.staff_id, over.reason, over.is_held
