-- Every record of a claim, with the windows it is in: what is claimed and taken back this quarter, what earlier claims
-- asked for and took back, and what is left out, with its reason.
SELECT item.item AS line, item.record_table, item.record_id, item.reference, item.person_id, item.own_day AS on_date,
    item.contract_id, item.contract, item.funding_stream, item.reason, NULL AS cause, COALESCE(item.worth, 0) AS amount,
    item.job_id, item.expenditure_id, NULL::bigint AS corrects_id,
    true AS in_quarter, item.reason IS NULL AS in_year, item.reason IS NULL AS in_all
FROM count_claim_items item
WHERE NOT EXISTS (SELECT FROM count_claim_standing line WHERE line.place = item.place AND NOT line.is_taken_back)
UNION ALL
SELECT 'correction', 'claim_lines', line.line_id, line.reference, line.line_person, %(q_end)s::date,
    line.contract_id, contract.contract, contract.funding_stream, NULL, line.cause, -line.amount,
    line.job_id, line.expenditure_id, line.line_id, true, true, true
FROM count_claim_standing line
JOIN count_claim_contracts contract USING (contract_id)
WHERE line.is_taken_back
UNION ALL
SELECT line.item, 'claim_lines', line.line_id, line.reference, line.person_id, NULL::date,
    line.contract_id, contract.contract, contract.funding_stream, NULL, NULL, line.amount,
    line.job_id, line.expenditure_id, NULL, false, line.in_year, true
FROM count_claim_earlier line
JOIN count_claim_contracts contract USING (contract_id)
