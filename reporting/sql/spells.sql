-- Benefits and statuses of each person, those of merged records pooled.
SELECT person.person_id, spell.code, spell.from_date, spell.to_date
FROM caseload_clientcircumstance spell
JOIN count_people person ON person.client_id = spell.client_id
WHERE spell.from_date <= %(q_end)s
