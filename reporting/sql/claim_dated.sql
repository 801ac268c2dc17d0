-- What can be claimed up to the end of the quarter, in its order, whatever the rules say of it (contract KPIS.md, "The
-- claim"). A table of its own, so that the rules are joined to as many rows as there are.
WITH latest AS (
    SELECT DISTINCT ON (made.job_id, made.week) made.job_id, made.week, made.id, made.external_id, made.in_work,
        made.verified_on
    FROM caseload_employmentcheck made
    JOIN count_claim_jobs counted ON counted.consortium_id = made.consortium_id AND counted.job_id = made.job_id
    ORDER BY made.job_id, made.week, made.checked_on DESC, made.external_id COLLATE "C" DESC
), items AS (
    SELECT consortium_id, 'job_start' AS item, job_id AS subject, job_id, NULL::bigint AS expenditure_id,
        job AS source, person_id, contract_id, started_on AS rule_day, started_on AS own_day, verified_on AS proof,
        NULL::numeric AS amount, NULL::boolean AS eligible,
        'jobs' AS record_table, job_id AS record_id, job AS reference
    FROM count_claim_jobs
    UNION ALL
    SELECT consortium_id, 'sustained_' || latest.week || 'w', job_id, job_id, NULL, job, person_id, contract_id,
        started_on, started_on + 7 * latest.week, latest.verified_on, NULL, NULL,
        'employment_checks', latest.id, latest.external_id
    FROM count_claim_jobs counted JOIN latest USING (job_id)
    WHERE latest.in_work
    UNION ALL
    SELECT spend.consortium_id, 'spend', -spend.id, NULL, spend.id, spend.external_id, NULL, spend.contract_id,
        spend.incurred_on, spend.incurred_on, spend.defrayed_on, spend.amount, spend.eligible,
        'expenditure', spend.id, spend.external_id
    FROM commissioning_expenditure spend
    JOIN count_claim_contracts contract ON contract.contract_id = spend.contract_id
    WHERE contract.is_paid
)
SELECT row_number() OVER (ORDER BY own_day, item COLLATE "C", source COLLATE "C") AS place, *
FROM items
WHERE own_day >= %(a_start)s::date AND own_day <= %(q_end)s AND item = ANY(%(items)s)
