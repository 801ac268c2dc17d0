-- Each person's first ever event of each stage.
SELECT DISTINCT ON (person.person_id, event.stage)
    event.id AS record_id, event.external_id AS reference, person.person_id, event.stage,
    event.occurred_on AS on_date, event.occurred_on AS day
FROM caseload_stageevent event
JOIN count_people person ON person.client_id = event.client_id
WHERE event.occurred_on <= %(q_end)s
ORDER BY person.person_id, event.stage, event.occurred_on, event.external_id COLLATE "C"
