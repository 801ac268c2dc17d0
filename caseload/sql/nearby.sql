-- A union of indexes: one filter with OR makes Postgres read every client (20,000 clients: 50 ms against 1 ms). Each
-- part is bounded, the surest first, so that a thousand people of one name at one postcode cost no more than a hundred.
SELECT client.id, coalesce(client.merged_into_id, client.id), client.organisation_id, client.given_key,
       client.family_key, client.date_of_birth, client.nino_index, client.sex,
       ARRAY(SELECT address.postcode_key FROM caseload_clientaddress address
              WHERE address.consortium_id = %(consortium)s AND address.client_id = client.id)
  FROM ((SELECT id FROM caseload_client
          WHERE consortium_id = %(consortium)s AND nino_index = %(nino)s AND nino_index <> '' LIMIT 50)
         UNION
        (SELECT id FROM caseload_client
          WHERE consortium_id = %(consortium)s AND date_of_birth = %(born)s
            AND family_key = %(family)s AND given_key = %(given)s LIMIT 50)
         UNION
        (SELECT id FROM caseload_client
          WHERE consortium_id = %(consortium)s AND date_of_birth = %(born)s
            AND family_key = %(given)s AND given_key = %(family)s LIMIT 50)
         UNION
        (SELECT id FROM caseload_client
          WHERE consortium_id = %(consortium)s AND date_of_birth = %(born)s
            AND family_key >= left(%(family)s, 2) AND family_key < left(%(family)s, 2) || '~' LIMIT 100)
         UNION
        (SELECT id FROM caseload_client
          WHERE consortium_id = %(consortium)s AND date_of_birth = %(born)s LIMIT 100)
         UNION
        (SELECT client_id FROM caseload_clientaddress
          WHERE consortium_id = %(consortium)s AND postcode_key = ANY(%(postcodes)s) LIMIT 100)) nearby
  JOIN caseload_client client ON client.consortium_id = %(consortium)s AND client.id = nearby.id
