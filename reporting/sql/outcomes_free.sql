-- What a line of a claim takes back is free for whoever achieved it since.
UPDATE reporting_claimedoutcome outcome SET taken_back_by_id = later.id
FROM reporting_claimline later
WHERE outcome.consortium_id = %(consortium)s AND outcome.taken_back_by_id IS NULL
    AND later.consortium_id = %(consortium)s AND later.corrects_id = outcome.line_id
