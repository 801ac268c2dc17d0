-- Work placements running on any day of each window; groups on the later of the placement's start and the window's
-- first day (contract KPIS.md, kpi_5), so a row for each window.
SELECT placement.id AS record_id, placement.external_id AS reference, person.person_id,
    placement.started_on AS on_date, employer.sector,
    GREATEST(placement.started_on, frame.first_day) AS day,
    frame.name = 'quarter' AS in_quarter, frame.name = 'year' AS in_year, frame.name = 'all' AS in_all
FROM caseload_placement placement
JOIN count_people person ON person.client_id = placement.client_id
JOIN employers_employer employer
    ON employer.consortium_id = placement.consortium_id AND employer.id = placement.employer_id
CROSS JOIN (
    VALUES ('quarter', %(q_start)s::date), ('year', %(y_start)s::date), ('all', %(a_start)s::date)
) AS frame (name, first_day)
WHERE placement.kind = 'work_placement'
    AND placement.started_on <= %(q_end)s
    AND (placement.ended_on IS NULL OR placement.ended_on >= frame.first_day)
