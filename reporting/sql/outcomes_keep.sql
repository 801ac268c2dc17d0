-- Every standing outcome of a kind of claim, as it is today; in one order, so that of two signatures one waits.
INSERT INTO reporting_claimedoutcome
    (consortium_id, uid, external_id, recorded_at, version, line_id, funding_stream_id, person_id, item, is_alone)
SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, today.line_id, today.funding_stream_id, today.person_id,
    today.item, %(is_alone)s
FROM outcomes_today today
CROSS JOIN LATERAL (SELECT caseload_uuid7() AS uid WHERE today.line_id IS NOT NULL) made
ORDER BY today.funding_stream_id, today.person_id, today.item, today.line_id
ON CONFLICT (consortium_id, line_id) DO UPDATE
SET person_id = EXCLUDED.person_id, funding_stream_id = EXCLUDED.funding_stream_id, is_alone = EXCLUDED.is_alone
WHERE (reporting_claimedoutcome.person_id, reporting_claimedoutcome.funding_stream_id,
    reporting_claimedoutcome.is_alone) IS DISTINCT FROM (EXCLUDED.person_id, EXCLUDED.funding_stream_id,
    EXCLUDED.is_alone)
