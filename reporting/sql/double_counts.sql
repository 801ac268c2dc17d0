-- Jobs that start 0 to 28 days after an earlier counted job of the same person with the same employer: in no figure
-- (contract KPIS.md, "Counted job"). Compared with counted jobs only, so each run is walked from its first.
WITH RECURSIVE sized AS (
    SELECT record_id, person_id, COALESCE(employer_id, 0) AS employer, run, place, started_on,
        count(*) OVER (PARTITION BY person_id, employer_id, run) AS members,
        row_number() OVER (PARTITION BY person_id, employer_id, run ORDER BY place) AS step
    FROM count_job_starts
), close AS MATERIALIZED (
    SELECT * FROM sized WHERE members > 1
), walk (record_id, person_id, employer, run, step, counted_id, counted_on, is_double) AS (
    SELECT record_id, person_id, employer, run, step, record_id, started_on, false FROM close WHERE step = 1
    UNION ALL
    SELECT next.record_id, next.person_id, next.employer, next.run, next.step,
        CASE WHEN next.started_on - walk.counted_on <= 28 THEN walk.counted_id ELSE next.record_id END,
        CASE WHEN next.started_on - walk.counted_on <= 28 THEN walk.counted_on ELSE next.started_on END,
        next.started_on - walk.counted_on <= 28
    FROM walk JOIN close next ON next.person_id = walk.person_id AND next.employer = walk.employer
        AND next.run = walk.run AND next.step = walk.step + 1
)
SELECT record_id, counted_id FROM walk WHERE is_double
