-- Why a record moved, came or left after "since" and up to "until", where more can be told than that it was changed: the
-- first that holds.
WITH unexplained AS MATERIALIZED (
    SELECT id, line, "table", record_id, person_id
    FROM reporting_returnchange
    WHERE consortium_id = %(consortium)s AND build_id = %(build)s AND change IN ('changed_in', 'changed_out', 'moved')
), joined AS (
    SELECT unnest(ARRAY[record_id, into_id]) AS person_id, undone
    FROM (
        SELECT record_id, into_id, recorded_at > %(since)s AS is_new, COALESCE(undone_at <= %(until)s, false) AS undone,
            COALESCE(undone_at > %(since)s AND undone_at <= %(until)s, false) AS undone_since
        FROM caseload_clientmerge
        WHERE consortium_id = %(consortium)s AND recorded_at <= %(until)s
    ) merge
    WHERE is_new AND NOT undone OR undone_since AND NOT is_new
), merges AS (
    SELECT person_id, bool_and(undone) AS undone FROM joined GROUP BY person_id
), of_jobs AS (
    SELECT pgh_obj_id AS job_id, pgh_obj_id AS record_id, 'jobs' AS "table", pgh_id, pgh_created_at, pgh_label, verified_on
    FROM caseload_jobhistory WHERE consortium_id = %(consortium)s AND pgh_created_at <= %(until)s
    UNION ALL
    SELECT job_id, pgh_obj_id, 'employment_checks', pgh_id, pgh_created_at, pgh_label, verified_on
    FROM caseload_employmentcheckhistory WHERE consortium_id = %(consortium)s AND pgh_created_at <= %(until)s
), evidence AS (
    SELECT job_id, "table", record_id,
        (array_agg(verified_on ORDER BY pgh_id DESC) FILTER (WHERE pgh_created_at <= %(since)s))[1] AS was,
        (array_agg(CASE WHEN starts_with(pgh_label, 'delete') THEN NULL ELSE verified_on END ORDER BY pgh_id DESC))[1] AS now
    FROM of_jobs
    WHERE job_id IN (SELECT record_id FROM unexplained WHERE "table" = 'jobs')
       OR ("table" = 'employment_checks'
           AND record_id IN (SELECT record_id FROM unexplained WHERE "table" = 'employment_checks'))
    GROUP BY job_id, "table", record_id
), withdrawn AS (
    SELECT DISTINCT place."table", place.record_id
    FROM evidence, LATERAL (VALUES ('jobs', job_id), ("table", record_id)) AS place ("table", record_id)
    WHERE was IS NOT NULL AND now IS NULL
), redefined AS (
    SELECT new.line
    FROM reporting_returndefinition new
    JOIN reporting_returndefinition old
      ON old.consortium_id = new.consortium_id AND old.build_id = %(before)s AND old.line = new.line
    WHERE new.consortium_id = %(consortium)s AND new.build_id = %(build)s
      AND (old.counts, old.measured) <> (new.counts, new.measured)
), transferred AS (
    SELECT pgh_obj_id AS person_id
    FROM caseload_clienthistory
    WHERE consortium_id = %(consortium)s AND pgh_obj_id IN (SELECT person_id FROM unexplained)
      AND pgh_created_at <= %(until)s
    GROUP BY pgh_obj_id
    HAVING (array_agg(organisation_id ORDER BY pgh_id DESC) FILTER (WHERE pgh_created_at <= %(since)s))[1]
        <> (array_agg(organisation_id ORDER BY pgh_id DESC))[1]
), reasons AS (
    SELECT unexplained.id,
        CASE WHEN NOT merges.undone THEN 'merged'
             WHEN merges.undone THEN 'unmerged'
             WHEN withdrawn.record_id IS NOT NULL THEN 'withdrawn'
             WHEN redefined.line IS NOT NULL THEN 'redefined'
             WHEN transferred.person_id IS NOT NULL THEN 'transferred' END AS change
    FROM unexplained
    LEFT JOIN merges USING (person_id)
    LEFT JOIN withdrawn ON withdrawn."table" = unexplained."table" AND withdrawn.record_id = unexplained.record_id
    LEFT JOIN redefined USING (line)
    LEFT JOIN transferred USING (person_id)
)
UPDATE reporting_returnchange changed SET change = reasons.change
FROM reasons
WHERE changed.id = reasons.id AND reasons.change IS NOT NULL
