-- In-work training that ended in a step up, on the day it was completed.
SELECT training.id AS record_id, training.external_id AS reference, person.person_id,
    training.completed_on AS on_date, training.completed_on AS day
FROM caseload_inworktraining training
JOIN count_people person ON person.client_id = training.client_id
WHERE training.result IN ('qualification', 'progression', 'pay_rise')
    AND training.completed_on BETWEEN LEAST(%(a_start)s::date, %(y_start)s::date) AND %(q_end)s
