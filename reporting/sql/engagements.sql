-- Engagement activities, on the day itself.
SELECT activity.id AS record_id, activity.external_id AS reference, person.person_id,
    activity.occurred_on AS on_date, activity.occurred_on AS day
FROM caseload_activity activity
JOIN count_people person ON person.client_id = activity.client_id
WHERE activity.kind IN ('engagement', 'survey', 'consultation')
    AND activity.occurred_on BETWEEN LEAST(%(a_start)s::date, %(y_start)s::date) AND %(q_end)s
