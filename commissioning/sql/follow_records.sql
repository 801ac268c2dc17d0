-- What records ask of the books and the books do not say is posted; what the books say and records no longer do is
-- reversed. Amounts are rounded half away from nought. What is posted twice for one record breaks its "turn".
WITH due AS (
    SELECT 'contributions' AS record_table, c.id AS record_id, c.external_id AS reference,
           CASE c.status WHEN 'agreed' THEN 'align' ELSE 'promise' END AS kind,
           c.funding_stream_id AS stream_key, NULL::bigint AS contract_key, c.amount AS given,
           coalesce(c.agreed_on, make_date(greatest(left(c.financial_year, 4)::integer, 1), 4, 1)) AS booked_on,
           c.financial_year AS financial_year
      FROM commissioning_contribution c
     WHERE c.consortium_id = %(consortium)s AND c.status IN ('proposed', 'agreed')
       AND 'contributions' = ANY(%(tables)s::text[])
       AND (%(records)s::bigint[] IS NULL OR c.id = ANY(%(records)s::bigint[]))
    UNION ALL
    SELECT 'contracts', c.id, c.external_id, 'commit', c.funding_stream_id, c.id, c.value, c.starts_on,
           to_char(c.starts_on - interval '3 months', 'YYYY') || '-' || to_char(c.starts_on + interval '9 months', 'YY')
      FROM commissioning_contract c
     WHERE c.consortium_id = %(consortium)s AND 'contracts' = ANY(%(tables)s::text[])
       AND (%(records)s::bigint[] IS NULL OR c.id = ANY(%(records)s::bigint[]))
    UNION ALL
    SELECT 'expenditure', e.id, e.external_id, 'pay', c.funding_stream_id, c.id, e.amount, e.defrayed_on,
           to_char(e.defrayed_on - interval '3 months', 'YYYY') || '-'
           || to_char(e.defrayed_on + interval '9 months', 'YY')
      FROM commissioning_expenditure e
      JOIN commissioning_contract c ON c.consortium_id = e.consortium_id AND c.id = e.contract_id
     WHERE e.consortium_id = %(consortium)s AND e.defrayed_on IS NOT NULL
       AND 'expenditure' = ANY(%(tables)s::text[])
       AND (%(records)s::bigint[] IS NULL OR e.id = ANY(%(records)s::bigint[]))
),
standing AS (
    SELECT t.*
      FROM commissioning_ledgertransaction t
     WHERE t.consortium_id = %(consortium)s AND t.reverses_id IS NULL AND t.record_table = ANY(%(tables)s::text[])
       AND (%(records)s::bigint[] IS NULL OR t.record_id = ANY(%(records)s::bigint[]))
       AND NOT EXISTS (
           SELECT FROM commissioning_ledgertransaction r
            WHERE r.consortium_id = t.consortium_id AND r.reverses_id = t.id)
),
compared AS (
    SELECT d.record_table, d.record_id, d.reference, d.kind, d.stream_key, d.contract_key, d.given, d.booked_on,
           d.financial_year, s.id AS standing_id, s.record_table AS standing_table, s.record_id AS standing_record
      FROM due d
      FULL JOIN standing s
        ON s.record_table = d.record_table AND s.record_id = d.record_id AND s.kind = d.kind
       AND s.stream_key = d.stream_key AND coalesce(s.contract_key, 0) = coalesce(d.contract_key, 0)
       AND s.given = d.given AND s.booked_on = d.booked_on AND s.financial_year = d.financial_year
     WHERE (s.id IS NULL AND round(d.given, 2) <> 0 AND abs(round(d.given, 2)) < 1000000000000)
        OR d.record_id IS NULL
),
posted AS (
    INSERT INTO commissioning_ledgertransaction
           (consortium_id, uid, kind, origin, stream_key, contract_key, booked_on, financial_year, given, amount,
            entries, record_table, record_id, reference, turn, act_id, reverses_id, reason, posted_by_id, posted_at)
    SELECT %(consortium)s, caseload_uuid7(), s.kind, 'record', s.stream_key, s.contract_key, s.booked_on,
           s.financial_year, -s.given, -s.amount, 2, s.record_table, s.record_id, s.reference, NULL, s.act_id, s.id,
           CASE WHEN EXISTS (SELECT FROM due d WHERE d.record_table = s.record_table AND d.record_id = s.record_id)
                THEN 'The record was changed' ELSE 'The record was taken out, or asks for no posting any more' END,
           %(by)s::bigint, now()
      FROM standing s
      JOIN compared c ON c.standing_id = s.id
    UNION ALL
    SELECT %(consortium)s, caseload_uuid7(), c.kind, 'record', c.stream_key, c.contract_key, c.booked_on,
           c.financial_year, c.given, round(c.given, 2), 2, c.record_table, c.record_id, c.reference,
           coalesce((SELECT max(t.turn)
                       FROM commissioning_ledgertransaction t
                      WHERE t.consortium_id = %(consortium)s AND t.record_table = c.record_table
                        AND t.record_id = c.record_id), 0) + 1,
           NULL, NULL, '', %(by)s::bigint, now()
      FROM compared c
     WHERE c.standing_id IS NULL
    RETURNING id, kind, stream_key, contract_key, amount
),
moved AS (
    INSERT INTO commissioning_ledgerentry (consortium_id, transaction_id, account_id, amount)
    SELECT %(consortium)s, p.id, account.id, side.sign * p.amount
      FROM posted p
      JOIN unnest(%(kinds)s::text[], %(accounts)s::text[], %(signs)s::integer[]) AS side(kind, account, sign)
        ON side.kind = p.kind AND side.account <> ALL(%(of_contract)s::text[])
      JOIN commissioning_ledgeraccount account
        ON account.consortium_id = %(consortium)s AND account.kind = side.account
       AND account.stream_key = p.stream_key AND account.contract_key IS NULL
    UNION ALL
    SELECT %(consortium)s, p.id, account.id, side.sign * p.amount
      FROM posted p
      JOIN unnest(%(kinds)s::text[], %(accounts)s::text[], %(signs)s::integer[]) AS side(kind, account, sign)
        ON side.kind = p.kind AND side.account = ANY(%(of_contract)s::text[])
      JOIN commissioning_ledgeraccount account
        ON account.consortium_id = %(consortium)s AND account.kind = side.account
       AND account.stream_key = p.stream_key AND account.contract_key = p.contract_key
    RETURNING id
)
SELECT (SELECT count(*) FROM posted), (SELECT count(*) FROM moved)
