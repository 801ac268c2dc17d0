-- The outcomes of the lines of one kind of claim that no line takes back: each with the person that its job's client
-- is today, the surviving record of a merge, and its contract's stream today.
CREATE TEMPORARY TABLE outcomes_today ON COMMIT DROP AS
WITH RECURSIVE merged (client_id, person_id) AS (
    SELECT id, merged_into_id FROM caseload_client
    WHERE consortium_id = %(consortium)s AND merged_into_id IS NOT NULL
    UNION
    SELECT merged.client_id, further.merged_into_id
    FROM merged
    JOIN caseload_client further ON further.consortium_id = %(consortium)s AND further.id = merged.person_id
    WHERE further.merged_into_id IS NOT NULL
), survivors AS (
    SELECT merged.client_id, merged.person_id
    FROM merged
    JOIN caseload_client survivor ON survivor.consortium_id = %(consortium)s AND survivor.id = merged.person_id
    WHERE survivor.merged_into_id IS NULL
)
SELECT line.id AS line_id, line.contract_id, claim.quarter, contract.funding_stream_id, line.item,
    COALESCE(survivors.person_id, job.client_id) AS person_id
FROM reporting_claimline line
JOIN reporting_claim claim ON claim.consortium_id = line.consortium_id AND claim.id = line.claim_id
JOIN commissioning_contract contract ON contract.consortium_id = line.consortium_id AND contract.id = line.contract_id
JOIN caseload_job job ON job.consortium_id = line.consortium_id AND job.id = line.job_id
LEFT JOIN survivors ON survivors.client_id = job.client_id
WHERE line.consortium_id = %(consortium)s AND claim.kind = %(kind)s AND line.item <> 'correction'
    AND NOT EXISTS (
        SELECT FROM reporting_claimline later
        WHERE later.consortium_id = line.consortium_id AND later.corrects_id = line.id
    )
