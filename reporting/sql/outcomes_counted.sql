-- Outcomes of this kind of claim that another line has: by whom, in which claim, for which quarter.
SELECT today.item, contract.title, provider.name, claim.kind, claim.quarter
FROM outcomes_today today
JOIN reporting_claimedoutcome other
    ON other.consortium_id = %(consortium)s AND other.funding_stream_id = today.funding_stream_id
    AND other.person_id = today.person_id AND other.item = today.item
    AND other.line_id <> today.line_id AND other.is_alone AND other.taken_back_by_id IS NULL
JOIN reporting_claimline line ON line.consortium_id = %(consortium)s AND line.id = other.line_id
JOIN reporting_claim claim ON claim.consortium_id = %(consortium)s AND claim.id = line.claim_id
JOIN commissioning_contract contract ON contract.consortium_id = %(consortium)s AND contract.id = line.contract_id
JOIN partners_organisation provider ON provider.consortium_id = %(consortium)s AND provider.id = contract.provider_id
ORDER BY today.line_id, claim.quarter, contract.title
