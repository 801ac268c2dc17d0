-- Every client record with the person it stands for: the surviving record of a merge, whose fields count
-- (contract KPIS.md, "Words": people are counted once).
WITH RECURSIVE merged (consortium_id, client_id, person_id) AS (
    SELECT consortium_id, id, merged_into_id FROM caseload_client WHERE merged_into_id IS NOT NULL
    UNION
    SELECT merged.consortium_id, merged.client_id, further.merged_into_id
    FROM merged
    JOIN caseload_client further ON further.consortium_id = merged.consortium_id AND further.id = merged.person_id
    WHERE further.merged_into_id IS NOT NULL
), survivors AS (
    SELECT merged.consortium_id, merged.client_id, merged.person_id
    FROM merged
    JOIN caseload_client survivor ON survivor.consortium_id = merged.consortium_id AND survivor.id = merged.person_id
    WHERE survivor.merged_into_id IS NULL
)
SELECT id AS client_id, id AS person_id, external_id AS reference,
    date_of_birth, ethnicity, sex, disability, highest_qualification, dependent_children
FROM caseload_client
WHERE merged_into_id IS NULL
UNION ALL
SELECT survivors.client_id, survivors.person_id, person.external_id,
    person.date_of_birth, person.ethnicity, person.sex, person.disability, person.highest_qualification,
    person.dependent_children
FROM survivors
JOIN caseload_client person ON person.consortium_id = survivors.consortium_id AND person.id = survivors.person_id
