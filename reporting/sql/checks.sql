-- The latest check of each week of a job, by checked_on then id, whenever made.
SELECT DISTINCT ON (job_id, week) job_id, week, in_work, verified_on
FROM caseload_employmentcheck
ORDER BY job_id, week, checked_on DESC, external_id COLLATE "C" DESC
