-- Leads whose organisation has now lost its work or its sight, and has neither other work nor a record of its own left.
WITH ended AS (
    SELECT client_id, organisation_id
      FROM unnest(%(over_clients)s::bigint[], %(over_organisations)s::bigint[]) ended (client_id, organisation_id)
     UNION
    SELECT coalesce(record.merged_into_id, record.id), share.organisation_id
      FROM caseload_share share
      JOIN caseload_client record ON record.consortium_id = share.consortium_id AND record.id = share.client_id
     WHERE share.consortium_id = %(consortium)s AND share.ended_at = now()
       AND (%(everyone)s OR share.client_id = ANY(%(records)s)))
SELECT client.id, lead.id, lead.organisation_id
  FROM ended
  JOIN caseload_client client ON client.consortium_id = %(consortium)s AND client.id = ended.client_id
  JOIN partners_staffmember lead
    ON lead.consortium_id = client.consortium_id AND lead.id = client.adviser_id
   AND lead.organisation_id = ended.organisation_id AND lead.organisation_id <> client.organisation_id
  JOIN partners_organisation theirs
    ON theirs.consortium_id = lead.consortium_id AND theirs.id = lead.organisation_id
 WHERE client.merged_into_id IS NULL
   AND NOT (theirs.accountable_body IS TRUE AND lead.role = ANY(%(reaching)s))
   AND NOT EXISTS (SELECT FROM caseload_share live
                     LEFT JOIN caseload_referral referral
                       ON referral.consortium_id = live.consortium_id AND referral.id = live.referral_id
                    WHERE live.consortium_id = client.consortium_id AND live.client_id = client.id
                      AND live.organisation_id = lead.organisation_id AND live.ended_at IS NULL
                      AND (live.basis = 'merge' OR referral.status = ANY(%(held)s)))
 ORDER BY client.id
