-- All of a person's records are marked where a restriction of one of them stands, and none where none does.
WITH marked AS MATERIALIZED (
    SELECT DISTINCT coalesce(client.merged_into_id, client.id) AS person
      FROM caseload_clientrestriction restriction
      JOIN caseload_client client
        ON client.consortium_id = restriction.consortium_id AND client.id = restriction.client_id
     WHERE restriction.consortium_id = %(consortium)s AND restriction.to_date IS NULL)
UPDATE caseload_client client SET restricted = NOT client.restricted
 WHERE client.consortium_id = %(consortium)s AND (%(everyone)s OR client.id = ANY(%(records)s))
   AND client.restricted <> (coalesce(client.merged_into_id, client.id) IN (SELECT person FROM marked))
