-- Address spells of each person; of several open on a day the one with the highest rank counts: the latest from_date,
-- then the highest id (contract KPIS.md, "Area of a person on D").
SELECT person.person_id, address.from_date, address.to_date, address.ward, address.lsoa, address.district,
    row_number() OVER (
        PARTITION BY person.person_id ORDER BY address.from_date, address.external_id COLLATE "C"
    )::int AS rank
FROM caseload_clientaddress address
JOIN count_people person ON person.client_id = address.client_id
WHERE address.from_date <= %(q_end)s
