-- The accounts of streams and of the contracts in them, where they are missing.
INSERT INTO commissioning_ledgeraccount (consortium_id, kind, stream_key, contract_key, balance)
SELECT %(consortium)s, wanted.kind, wanted.stream_key, wanted.contract_key, 0
  FROM (SELECT kind, stream.id AS stream_key, NULL::bigint AS contract_key
          FROM commissioning_fundingstream stream
         CROSS JOIN unnest(%(of_stream)s::text[]) kind
         WHERE stream.consortium_id = %(consortium)s
           AND (%(streams)s::bigint[] IS NULL OR stream.id = ANY(%(streams)s::bigint[]))
        UNION ALL
        SELECT kind, contract.funding_stream_id, contract.id
          FROM commissioning_contract contract
         CROSS JOIN unnest(%(of_contract)s::text[]) kind
         WHERE contract.consortium_id = %(consortium)s
           AND (%(contracts)s::bigint[] IS NULL OR contract.id = ANY(%(contracts)s::bigint[]))) wanted
 WHERE NOT EXISTS (
       SELECT FROM commissioning_ledgeraccount known
        WHERE known.consortium_id = %(consortium)s AND known.kind = wanted.kind
          AND known.stream_key = wanted.stream_key
          AND known.contract_key IS NOT DISTINCT FROM wanted.contract_key)
 ORDER BY wanted.stream_key, wanted.contract_key, wanted.kind
ON CONFLICT DO NOTHING
