WITH posted AS (
    INSERT INTO commissioning_ledgertransaction
           (consortium_id, uid, kind, origin, stream_key, contract_key, booked_on, financial_year, given, amount,
            entries, record_table, record_id, reference, turn, act_id, reverses_id, reason, posted_by_id, posted_at)
    VALUES (%(consortium)s, caseload_uuid7(), %(kind)s, 'act', %(stream)s, %(contract)s::bigint, %(day)s, %(year)s,
            %(given)s, %(amount)s, 2, %(table)s, %(record)s::bigint, %(reference)s,
            CASE WHEN %(reverses)s::bigint IS NULL AND %(record)s::bigint IS NOT NULL THEN
                coalesce((SELECT max(t.turn)
                            FROM commissioning_ledgertransaction t
                           WHERE t.consortium_id = %(consortium)s AND t.record_table = %(table)s
                             AND t.record_id = %(record)s::bigint), 0) + 1 END,
            %(act)s, %(reverses)s::bigint, %(reason)s, %(by)s::bigint, now())
    RETURNING id, kind, stream_key, contract_key, amount
),
moved AS (
    INSERT INTO commissioning_ledgerentry (consortium_id, transaction_id, account_id, amount)
    SELECT %(consortium)s, p.id, account.id, side.sign * p.amount
      FROM posted p
      JOIN unnest(%(kinds)s::text[], %(accounts)s::text[], %(signs)s::integer[]) AS side(kind, account, sign)
        ON side.kind = p.kind
      JOIN commissioning_ledgeraccount account
        ON account.consortium_id = %(consortium)s AND account.kind = side.account
       AND account.stream_key = p.stream_key
       AND coalesce(account.contract_key, 0)
           = CASE WHEN side.account = ANY(%(of_contract)s::text[]) THEN p.contract_key ELSE 0 END
    RETURNING id
)
SELECT id FROM posted
