-- Counted jobs, with the day whose groups and area count: the one before the start, because a benefit usually ends the
-- day work begins. "nth" is the job's place among the person's counted jobs, "wage_before" the wage of the one before.
SELECT job.record_id, job.reference, job.person_id, job.employer_id, job.jigs_agreement_id,
    job.started_on, job.started_on - 1 AS day, job.hourly_wage AS wage,
    row_number() OVER among AS nth, lag(job.hourly_wage) OVER among AS wage_before
FROM count_job_starts job
WHERE NOT EXISTS (SELECT FROM count_double_counts twice WHERE twice.record_id = job.record_id)
WINDOW among AS (PARTITION BY job.person_id ORDER BY job.started_on, job.reference COLLATE "C")
