-- First NVQs at level 2, on the day achieved.
SELECT learning.id AS record_id, learning.external_id AS reference, person.person_id,
    learning.achieved_on AS on_date, learning.achieved_on AS day
FROM caseload_qualification learning
JOIN count_people person ON person.client_id = learning.client_id
WHERE learning.type = 'nvq' AND learning.level = '2' AND learning.first_at_level
    AND learning.achieved_on BETWEEN LEAST(%(a_start)s::date, %(y_start)s::date) AND %(q_end)s
