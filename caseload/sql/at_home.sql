SELECT count(DISTINCT client.id), count(DISTINCT client.family_key)
  FROM (SELECT client_id FROM caseload_clientaddress
         WHERE consortium_id = %(consortium)s AND postcode_key = ANY(%(postcodes)s) LIMIT 200) lived
  JOIN caseload_client client ON client.consortium_id = %(consortium)s AND client.id = lived.client_id
