-- Rows that come to another person or stream today (a merge, an un-merge, a contract's other stream) let go of the old
-- one first, so that two of them may change places.
UPDATE reporting_claimedoutcome outcome SET is_alone = false
FROM outcomes_today today
WHERE outcome.consortium_id = %(consortium)s AND outcome.line_id = today.line_id AND outcome.is_alone
    AND (outcome.person_id, outcome.funding_stream_id) IS DISTINCT FROM (today.person_id, today.funding_stream_id)
