-- The accounts of streams and of the contracts in them, where they are missing.
INSERT INTO commissioning_ledgeraccount (consortium_id, kind, stream_key, contract_key, balance)
SELECT %(consortium)s, missing.kind, missing.stream_key, missing.contract_key, 0
  FROM (SELECT wanted.kind, stream.id AS stream_key, NULL::bigint AS contract_key
          FROM commissioning_fundingstream stream
         CROSS JOIN unnest(%(of_stream)s::text[]) AS wanted(kind)
         WHERE stream.consortium_id = %(consortium)s
           AND (%(streams)s::bigint[] IS NULL OR stream.id = ANY(%(streams)s::bigint[]))
           AND NOT EXISTS (
               SELECT FROM commissioning_ledgeraccount known
                WHERE known.consortium_id = %(consortium)s AND known.stream_key = stream.id
                  AND known.kind = wanted.kind AND known.contract_key IS NULL)
        UNION ALL
        SELECT wanted.kind, contract.funding_stream_id, contract.id
          FROM commissioning_contract contract
         CROSS JOIN unnest(%(of_contract)s::text[]) AS wanted(kind)
         WHERE contract.consortium_id = %(consortium)s
           AND (%(contracts)s::bigint[] IS NULL OR contract.id = ANY(%(contracts)s::bigint[]))
           AND NOT EXISTS (
               SELECT FROM commissioning_ledgeraccount known
                WHERE known.consortium_id = %(consortium)s AND known.stream_key = contract.funding_stream_id
                  AND known.kind = wanted.kind AND known.contract_key = contract.id)) missing
 ORDER BY missing.stream_key, missing.contract_key, missing.kind
ON CONFLICT DO NOTHING
