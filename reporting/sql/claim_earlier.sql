-- The lines of the claims signed for an earlier quarter. A standing line is no correction, and no line of an earlier
-- claim takes it back (contract KPIS.md, "The claim").
SELECT line.id AS line_id, line.external_id AS reference, claim.quarter,
    left(claim.quarter, 7) = %(financial_year)s AS in_year,
    line.contract_id, line.item, COALESCE(line.job_id, -line.expenditure_id) AS subject,
    line.job_id, line.expenditure_id, line.amount, line.rejected_on, person.person_id,
    line.item <> 'correction' AND NOT EXISTS (
        SELECT FROM reporting_claimline later
        JOIN reporting_claim its ON its.consortium_id = later.consortium_id AND its.id = later.claim_id
        WHERE later.consortium_id = line.consortium_id AND later.corrects_id = line.id
            AND its.kind = %(kind)s AND its.quarter < %(claim_quarter)s
    ) AS stands
FROM reporting_claimline line
JOIN reporting_claim claim ON claim.consortium_id = line.consortium_id AND claim.id = line.claim_id
LEFT JOIN caseload_job job ON job.consortium_id = line.consortium_id AND job.id = line.job_id
LEFT JOIN count_people person ON person.client_id = job.client_id
WHERE claim.kind = %(kind)s AND claim.quarter < %(claim_quarter)s
