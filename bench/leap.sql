-- The figures of `leap` as somebody would write them by hand, to measure the engine against (DESIGN.md, "Budgets").
-- Rows of "figures": line, measure, dimension, member, and the three windows. Merges are taken as flat.
SET LOCAL work_mem = '96MB';
SET LOCAL jit = off;

CREATE TEMP TABLE person ON COMMIT DROP AS
SELECT c.id AS client_id, COALESCE(c.merged_into_id, c.id) AS id, s.date_of_birth AS born, s.ethnicity
FROM caseload_client c JOIN caseload_client s ON s.id = COALESCE(c.merged_into_id, c.id);
ANALYZE person;

CREATE TEMP TABLE spell ON COMMIT DROP AS
SELECT person.id AS person, c.code, c.from_date, COALESCE(c.to_date, 'infinity') AS to_date
FROM caseload_clientcircumstance c JOIN person ON person.client_id = c.client_id WHERE c.from_date <= %(q_end)s;
ANALYZE spell;

CREATE TEMP TABLE home ON COMMIT DROP AS
SELECT person.id AS person, a.from_date, COALESCE(a.to_date, 'infinity') AS to_date, a.lsoa, a.external_id
FROM caseload_clientaddress a JOIN person ON person.client_id = a.client_id WHERE a.from_date <= %(q_end)s;
ANALYZE home;

CREATE TEMP TABLE started ON COMMIT DROP AS
SELECT j.id, j.external_id, person.id AS person, j.employer_id, j.jigs_agreement_id, j.started_on,
    row_number() OVER w AS nth, j.started_on - lag(j.started_on) OVER w AS gap
FROM caseload_job j JOIN person ON person.client_id = j.client_id WHERE j.started_on <= %(q_end)s
WINDOW w AS (PARTITION BY person.id, j.employer_id ORDER BY j.started_on, j.external_id COLLATE "C");
ANALYZE started;

CREATE TEMP TABLE job ON COMMIT DROP AS
WITH RECURSIVE walk AS (
    SELECT id, person, employer_id, nth, started_on AS counted_on, true AS counts FROM started WHERE nth = 1
    UNION ALL
    SELECT s.id, s.person, s.employer_id, s.nth,
        CASE WHEN s.started_on - w.counted_on > 28 THEN s.started_on ELSE w.counted_on END,
        s.started_on - w.counted_on > 28
    FROM walk w JOIN started s ON s.person = w.person AND s.employer_id IS NOT DISTINCT FROM w.employer_id
        AND s.nth = w.nth + 1
)
SELECT s.*, s.started_on - 1 AS day FROM started s JOIN walk ON walk.id = s.id AND walk.counts;
ANALYZE job;

CREATE TEMP TABLE event ON COMMIT DROP AS
SELECT 'job' AS what, id, person, day, NULL AS frame FROM job
UNION ALL
SELECT 'activity', a.id, person.id, a.occurred_on, NULL
FROM caseload_activity a JOIN person ON person.client_id = a.client_id
WHERE a.kind IN ('engagement', 'survey', 'consultation') AND a.occurred_on BETWEEN %(a_start)s AND %(q_end)s
UNION ALL
SELECT 'placement', p.id, person.id, GREATEST(p.started_on, f.first), f.name
FROM caseload_placement p JOIN person ON person.client_id = p.client_id
CROSS JOIN (VALUES ('q', %(q_start)s::date), ('y', %(y_start)s::date), ('a', %(a_start)s::date)) AS f (name, first)
WHERE p.kind = 'work_placement' AND p.started_on <= %(q_end)s AND (p.ended_on IS NULL OR p.ended_on >= f.first);
ANALYZE event;

CREATE TEMP TABLE grouped ON COMMIT DROP AS
SELECT e.what, e.id, e.person, e.day, e.frame, array_remove(ARRAY[
    CASE WHEN bool_or(s.code IN ('ib', 'esa')) THEN 'ib' END,
    CASE WHEN bool_or(s.code = 'jsa') THEN 'jsa' END,
    CASE WHEN bool_or(s.code = 'jsa' AND s.from_date <= (e.day - interval '6 months')::date) THEN 'jsa_6m' END,
    CASE WHEN bool_or(s.code IN ('is_lone_parent', 'lone_parent')) THEN 'lone_parent' END,
    CASE WHEN person.ethnicity <> '' AND person.ethnicity <> 'not_stated' AND person.ethnicity NOT LIKE 'white%%'
        THEN 'bme' END,
    CASE WHEN bool_or(s.code IN ('new_arrival', 'refugee', 'economic_migrant')) THEN 'new_arrival' END,
    CASE WHEN age.years >= 50 THEN 'over_50' END,
    CASE WHEN bool_or(s.code = 'offender') THEN 'offender' END,
    CASE WHEN bool_or(s.code = 'neet') AND age.years BETWEEN 16 AND 18 THEN 'neet' END
], NULL) AS groups
FROM event e
JOIN person ON person.client_id = e.person
CROSS JOIN LATERAL (SELECT date_part('year', e.day) - date_part('year', person.born)
    - (to_char(e.day, 'MMDD') < to_char(person.born, 'MMDD'))::int AS years) age
LEFT JOIN spell s ON s.person = e.person AND s.from_date <= e.day AND s.to_date >= e.day
GROUP BY e.what, e.id, e.person, e.day, e.frame, person.ethnicity, age.years;
ANALYZE grouped;

CREATE TEMP TABLE lived ON COMMIT DROP AS
SELECT DISTINCT ON (j.id) j.id, h.lsoa FROM job j
JOIN home h ON h.person = j.person AND h.from_date <= j.day AND h.to_date >= j.day
ORDER BY j.id, h.from_date DESC, h.external_id COLLATE "C" DESC;
ANALYZE lived;

CREATE TEMP TABLE figures (
    line text, measure text, dimension text, member text, quarter numeric, year numeric, "all" numeric
) ON COMMIT DROP;

-- People, by the day of a record: headline outcomes, kpi_4, 11, 13, 16, 19 (kpi_5 and 21 below).
CREATE TEMP TABLE met ON COMMIT DROP AS
SELECT 'headline_' || h.line AS line, j.person, j.started_on AS day, 'lsoa' AS dimension,
    COALESCE(p.lsoa, 'elsewhere') AS member
FROM job j JOIN grouped g ON g.what = 'job' AND g.id = j.id
JOIN (VALUES ('jsa', ARRAY['jsa_6m']), ('ib', ARRAY['ib']), ('lone_parent', ARRAY['lone_parent']),
    ('total', ARRAY['jsa_6m', 'ib', 'lone_parent'])) AS h (line, groups) ON g.groups && h.groups
LEFT JOIN lived ON lived.id = j.id
LEFT JOIN (SELECT DISTINCT lsoa FROM reporting_headlinetarget WHERE lsoa <> '') p ON p.lsoa = lived.lsoa
UNION ALL
SELECT 'kpi_4', j.person, j.started_on, d.dimension, d.member
FROM job j JOIN grouped g ON g.what = 'job' AND g.id = j.id AND g.groups <> '{}'
JOIN employers_employeragreement a ON a.id = j.jigs_agreement_id
JOIN employers_employer ae ON ae.id = a.employer_id
LEFT JOIN employers_employer e ON e.id = j.employer_id
CROSS JOIN LATERAL (SELECT 'target_group', unnest(g.groups) UNION ALL SELECT 'sector', COALESCE(e.sector, ae.sector))
    AS d (dimension, member)
UNION ALL
SELECT 'kpi_11', g.person, g.day, 'target_group', unnest(g.groups) FROM grouped g WHERE g.what = 'activity'
UNION ALL
SELECT 'kpi_13', q.person, q.achieved_on, 'lsoa', q.lsoa FROM (
    SELECT DISTINCT ON (q.id) q.id, person.id AS person, q.achieved_on, h.lsoa
    FROM caseload_qualification q JOIN person ON person.client_id = q.client_id
    JOIN home h ON h.person = person.id AND h.from_date <= q.achieved_on AND h.to_date >= q.achieved_on
    WHERE q.type = 'nvq' AND q.level = '2' AND q.first_at_level AND q.achieved_on <= %(q_end)s
    ORDER BY q.id, h.from_date DESC, h.external_id COLLATE "C" DESC
) q WHERE q.lsoa IN (SELECT lsoa FROM reporting_headlinetarget WHERE lsoa <> '')
UNION ALL
SELECT 'kpi_16', person.id, a.occurred_on, 'centre', c.external_id
FROM caseload_activity a JOIN person ON person.client_id = a.client_id JOIN partners_centre c ON c.id = a.centre_id
WHERE a.kind = 'centre_visit' AND c.kind = 'training_employment_centre'
UNION ALL
SELECT 'kpi_19', person.id, t.started_on, 'sector', e.sector
FROM caseload_inworktraining t JOIN person ON person.client_id = t.client_id
JOIN employers_employer e ON e.id = t.employer_id;
ANALYZE met;

INSERT INTO figures
SELECT line, 'value', COALESCE(dimension, ''), COALESCE(member, ''),
    count(DISTINCT person) FILTER (WHERE day >= %(q_start)s), count(DISTINCT person) FILTER (WHERE day >= %(y_start)s),
    count(DISTINCT person) FILTER (WHERE day >= %(a_start)s)
FROM met WHERE day <= %(q_end)s GROUP BY GROUPING SETS ((line), (line, dimension, member));

INSERT INTO figures
SELECT 'kpi_5', 'value', COALESCE(d.dimension, ''), COALESCE(d.member, ''),
    count(DISTINCT g.person) FILTER (WHERE g.frame = 'q'), count(DISTINCT g.person) FILTER (WHERE g.frame = 'y'),
    count(DISTINCT g.person) FILTER (WHERE g.frame = 'a')
FROM grouped g JOIN caseload_placement p ON p.id = g.id JOIN employers_employer e ON e.id = p.employer_id
CROSS JOIN LATERAL (SELECT 'target_group', unnest(g.groups) UNION ALL SELECT 'sector', e.sector) AS d (dimension, member)
WHERE g.what = 'placement' AND g.groups <> '{}' GROUP BY GROUPING SETS ((), (d.dimension, d.member));

INSERT INTO figures
SELECT 'kpi_21', 'value', CASE WHEN person IS NULL THEN '' ELSE 'person' END, COALESCE(person, ''),
    count(DISTINCT who) FILTER (WHERE occurred_on >= %(q_start)s),
    count(DISTINCT who) FILTER (WHERE occurred_on >= %(y_start)s),
    count(DISTINCT who) FILTER (WHERE occurred_on >= %(a_start)s)
FROM (SELECT s.person, s.occurred_on, CASE s.person WHEN 'employee' THEN 'e' || p.id
        ELSE 'm' || s.employer_id || lower(btrim(s.manager_name)) END AS who
    FROM caseload_inworksupport s LEFT JOIN person p ON p.client_id = s.client_id
    WHERE s.occurred_on <= %(q_end)s) used WHERE who IS NOT NULL GROUP BY GROUPING SETS ((), (person));

-- In force on the last day: kpi_1, 2, 3, 7, 10, 14, 15, 18.
INSERT INTO figures
SELECT line, 'value', COALESCE(dimension, ''), COALESCE(member, ''),
    count(DISTINCT id) FILTER (WHERE from_date >= %(q_start)s),
    count(DISTINCT id) FILTER (WHERE from_date >= %(y_start)s), count(DISTINCT id)
FROM (
    SELECT 'kpi_1' AS line, e.id, m.from_date, m.to_date, d.dimension, d.member
    FROM employers_accountmanager m JOIN employers_employer e ON e.id = m.employer_id
    CROSS JOIN LATERAL (VALUES ('sector', e.sector), ('size_band', e.size_band)) AS d (dimension, member)
    WHERE e.employment_agency IS NOT TRUE
    UNION ALL
    SELECT l.line, CASE l.line WHEN 'kpi_3' THEN a.id ELSE e.id END, a.from_date, a.to_date, l.dimension,
        CASE l.dimension WHEN 'sector' THEN e.sector WHEN 'ownership' THEN e.ownership END
    FROM employers_employeragreement a JOIN employers_employer e ON e.id = a.employer_id
    JOIN (VALUES ('kpi_2', 'fair_employment_standard', false, 'sector'), ('kpi_3', 'jigs', false, 'ownership'),
        ('kpi_7', 'agency_standard', true, NULL), ('kpi_18', 'in_work_training', NULL, 'sector'))
        AS l (line, kind, agency, dimension)
        ON l.kind = a.kind AND (l.agency IS NULL OR l.agency = (e.employment_agency IS TRUE))
    UNION ALL
    SELECT 'kpi_10', id, ib_programme_from, ib_programme_to, NULL, NULL FROM partners_organisation
    WHERE primary_health_provider AND ib_programme_from IS NOT NULL
    UNION ALL
    SELECT CASE kind WHEN 'training_employment_centre' THEN 'kpi_14' ELSE 'kpi_15' END, id, opened_on, closed_on,
        NULL, NULL
    FROM partners_centre
    WHERE kind IN ('training_employment_centre', 'multi_agency_locality') AND baseline IS NOT TRUE
) stock WHERE from_date <= %(q_end)s AND (to_date IS NULL OR to_date >= %(q_end)s)
GROUP BY GROUPING SETS ((line), (line, dimension, member));

-- Records and sums, by their day: kpi_6, 9, 17, 20, 22, 23, 24.
INSERT INTO figures
SELECT line, measure, COALESCE(dimension, ''), COALESCE(member, ''), sum(n) FILTER (WHERE day >= %(q_start)s),
    sum(n) FILTER (WHERE day >= %(y_start)s), sum(n) FILTER (WHERE day >= %(a_start)s)
FROM (
    SELECT 'kpi_6' AS line, m.measure, 'sector' AS dimension, e.sector AS member, a.ended_on AS day, m.n::numeric
    FROM caseload_prerecruitmentactivity a JOIN employers_employer e ON e.id = a.employer_id
    CROSS JOIN LATERAL (VALUES ('activities', 1), ('participants', a.attended), ('offers', a.offered)) AS m (measure, n)
    UNION ALL
    SELECT 'kpi_9', 'value', 'level', level, achieved_on, 1 FROM caseload_qualification
    WHERE type = 'esol' AND accredited AND level NOT IN ('entry1', 'entry2')
    UNION ALL
    SELECT 'kpi_17', 'value', 'centre', c.external_id, e.held_on, 1
    FROM employers_employerevent e JOIN partners_centre c ON c.id = e.centre_id
    UNION ALL
    SELECT 'kpi_20', 'value', 'result', NULLIF(result, ''), completed_on, 1 FROM caseload_inworktraining
    UNION ALL
    SELECT 'kpi_23', 'value', 'funding_stream', s.external_id, c.agreed_on, c.amount
    FROM commissioning_contribution c JOIN commissioning_fundingstream s ON s.id = c.funding_stream_id
    WHERE c.status = 'agreed'
    UNION ALL
    SELECT 'kpi_24', m.measure, NULL, NULL, c.agreed_on, c.amount
    FROM commissioning_contribution c JOIN commissioning_fundingstream s ON s.id = c.funding_stream_id
    JOIN (VALUES ('mainstream'), ('total')) AS m (measure) ON m.measure = 'total' OR s.mainstream
    WHERE c.status = 'agreed'
) flow WHERE day <= %(q_end)s GROUP BY GROUPING SETS ((line, measure), (line, measure, dimension, member))
HAVING dimension IS NULL OR member IS NOT NULL;

CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT j.id, j.started_on + 91 AS day, g.groups, COALESCE(k.in_work, false) AS in_work,
    COALESCE(k.in_work AND k.verified_on <= %(q_end)s, false) AS verified
FROM job j JOIN grouped g ON g.what = 'job' AND g.id = j.id
LEFT JOIN (SELECT DISTINCT ON (job_id) * FROM caseload_employmentcheck WHERE week = 13
    ORDER BY job_id, checked_on DESC, external_id COLLATE "C" DESC) k ON k.job_id = j.id
WHERE j.started_on + 91 <= %(q_end)s;

INSERT INTO figures
SELECT 'kpi_22', m.measure, COALESCE(d.dimension, ''), COALESCE(d.member, ''),
    count(*) FILTER (WHERE m.holds AND day >= %(q_start)s), count(*) FILTER (WHERE m.holds AND day >= %(y_start)s),
    count(*) FILTER (WHERE m.holds AND day >= %(a_start)s)
FROM due CROSS JOIN LATERAL (VALUES ('due', true), ('in_work', in_work), ('verified', verified)) AS m (measure, holds)
CROSS JOIN LATERAL (SELECT NULL, NULL UNION ALL SELECT 'target_group', unnest(groups)) AS d (dimension, member)
GROUP BY m.measure, d.dimension, d.member;

-- Measures from outside, and unit costs: kpi_8, 12, 25.
INSERT INTO figures
SELECT 'kpi_8', 'value', '', '', NULL, NULL, 100 * (last.value - first.value) / NULLIF(first.value, 0)
FROM (SELECT * FROM reporting_observation WHERE indicator = 'kpi_8' AND area_kind = 'consortium' AND "group" = ''
    AND as_at <= %(q_end)s ORDER BY as_at, external_id COLLATE "C" LIMIT 1) first
JOIN (SELECT * FROM reporting_observation WHERE indicator = 'kpi_8' AND area_kind = 'consortium' AND "group" = ''
    AND as_at <= %(q_end)s ORDER BY as_at DESC, external_id COLLATE "C" DESC LIMIT 1) last ON last.id <> first.id;

INSERT INTO figures
SELECT 'kpi_12', 'value', 'indicator', indicator || area_kind || area, NULL, NULL, value FROM (
    SELECT DISTINCT ON (indicator, area_kind, area) indicator, area_kind, area, value FROM reporting_observation
    WHERE starts_with(indicator, 'local_') AND "group" = '' AND as_at <= %(q_end)s
    ORDER BY indicator, area_kind, area, as_at DESC, external_id COLLATE "C" DESC) latest;

INSERT INTO figures
SELECT 'kpi_25', 'spend', 'indicator', indicator, sum(amount) FILTER (WHERE incurred_on >= %(q_start)s),
    sum(amount) FILTER (WHERE incurred_on >= %(y_start)s), sum(amount) FILTER (WHERE incurred_on >= %(a_start)s)
FROM commissioning_expenditure WHERE eligible IS NOT FALSE AND indicator <> '' AND incurred_on <= %(q_end)s
GROUP BY indicator;
