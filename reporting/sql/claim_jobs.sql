-- The counted jobs of contracts that the funder pays by outputs (contract KPIS.md, "The claim").
SELECT job.consortium_id, start.record_id AS job_id, start.reference AS job, start.person_id, start.started_on,
    job.contract_id, job.verified_on
FROM count_job_starts start
JOIN caseload_job job ON job.id = start.record_id
JOIN count_claim_contracts contract ON contract.contract_id = job.contract_id
WHERE contract.is_paid AND contract.has_terms
    AND NOT EXISTS (SELECT FROM count_double_counts twice WHERE twice.record_id = start.record_id)
