-- The jobs of the quarter's windows that are in no figure, each with the counted job it repeats.
WITH kept AS (
    INSERT INTO reporting_returnmember
        (consortium_id, build_id, line, "table", record_id, reference, person_id, on_date, windows, measures, members)
    SELECT %(consortium)s, %(build)s, %(line)s, 'jobs', job.record_id, job.reference, job.person_id, job.started_on,
        CASE WHEN job.started_on >= %(q_start)s THEN 1 ELSE 0 END
            | CASE WHEN job.started_on >= %(y_start)s THEN 2 ELSE 0 END
            | CASE WHEN job.started_on >= %(a_start)s::date THEN 4 ELSE 0 END,
        1, ARRAY['with=' || counted.reference]
    FROM count_double_counts twice
    JOIN count_job_starts job ON job.record_id = twice.record_id
    JOIN count_job_starts counted ON counted.record_id = twice.counted_id
    WHERE job.started_on >= LEAST(%(y_start)s::date, %(a_start)s::date)
    RETURNING 1
)
SELECT count(*) FROM kept
