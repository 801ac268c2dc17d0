-- Every job with its place among the jobs of the same person and employer (both empty is the same), in the order
-- (started_on, id). A run is a stretch of them in which each starts 28 days or less after the one before.
WITH placed AS (
    SELECT job.id AS record_id, job.external_id AS reference, person.person_id, job.employer_id,
        job.jigs_agreement_id, job.started_on, job.hourly_wage,
        row_number() OVER among AS place,
        job.started_on - lag(job.started_on) OVER among <= 28 AS close
    FROM caseload_job job
    JOIN count_people person ON person.client_id = job.client_id
    WHERE job.started_on <= %(q_end)s
    WINDOW among AS (
        PARTITION BY person.person_id, job.employer_id ORDER BY job.started_on, job.external_id COLLATE "C"
    )
)
SELECT *, count(*) FILTER (WHERE close IS NOT TRUE) OVER (
    PARTITION BY person_id, employer_id ORDER BY place
) AS run
FROM placed
