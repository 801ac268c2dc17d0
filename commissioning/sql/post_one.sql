-- One transaction with its two sides; nothing where an account is not open yet.
WITH side AS (
    SELECT account.id AS account_id, wanted.sign
      FROM (VALUES (%(out)s, -1), (%(to)s, 1)) AS wanted(kind, sign)
      JOIN commissioning_ledgeraccount account
        ON account.consortium_id = %(consortium)s AND account.kind = wanted.kind
       AND account.stream_key = %(stream)s
       AND account.contract_key IS NOT DISTINCT FROM
           CASE WHEN wanted.kind = ANY(%(of_contract)s::text[]) THEN %(contract)s::bigint END
),
posted AS (
    INSERT INTO commissioning_ledgertransaction
           (consortium_id, uid, kind, origin, stream_key, contract_key, booked_on, financial_year, given, amount,
            entries, record_table, record_id, reference, turn, act_id, reverses_id, reason, posted_by_id, posted_at)
    SELECT %(consortium)s, caseload_uuid7(), %(kind)s, 'act', %(stream)s, %(contract)s::bigint, %(day)s::date, %(year)s,
           %(given)s::numeric, %(amount)s::numeric, 2, %(table)s, %(record)s::bigint, %(reference)s,
           CASE WHEN %(reverses)s::bigint IS NULL AND %(record)s::bigint IS NOT NULL THEN
               coalesce((SELECT max(t.turn)
                           FROM commissioning_ledgertransaction t
                          WHERE t.consortium_id = %(consortium)s AND t.record_table = %(table)s
                            AND t.record_id = %(record)s::bigint), 0) + 1 END,
           %(act)s::bigint, %(reverses)s::bigint, %(reason)s, %(by)s::bigint, now()
     WHERE (SELECT count(*) FROM side) = 2
    RETURNING id
),
moved AS (
    INSERT INTO commissioning_ledgerentry (consortium_id, transaction_id, account_id, amount)
    SELECT %(consortium)s, posted.id, side.account_id, side.sign * %(amount)s::numeric
      FROM posted
     CROSS JOIN side
)
SELECT id FROM posted
