-- The figures of `dwp_claim` as somebody would write them by hand, to measure the engine against (bench/claim.py).
-- Rows of "figures": line, measure, dimension, member, and the three windows. Merges are taken as flat.
SET LOCAL work_mem = '96MB';
SET LOCAL jit = off;

CREATE TEMP TABLE person ON COMMIT DROP AS
SELECT id AS client_id, COALESCE(merged_into_id, id) AS id FROM caseload_client;
ANALYZE person;

CREATE TEMP TABLE started ON COMMIT DROP AS
SELECT j.id, j.external_id, person.id AS person, j.employer_id, j.contract_id, j.started_on, j.verified_on,
    row_number() OVER w AS nth, j.started_on - lag(j.started_on) OVER w AS gap
FROM caseload_job j JOIN person ON person.client_id = j.client_id WHERE j.started_on <= %(q_end)s
WINDOW w AS (PARTITION BY person.id, j.employer_id ORDER BY j.started_on, j.external_id COLLATE "C");
ANALYZE started;

CREATE TEMP TABLE twice ON COMMIT DROP AS
WITH RECURSIVE walk AS (
    SELECT id, person, employer_id, nth, started_on AS counted_on, true AS counts FROM started WHERE nth = 1
    UNION ALL
    SELECT s.id, s.person, s.employer_id, s.nth,
        CASE WHEN s.started_on - w.counted_on > 28 THEN s.started_on ELSE w.counted_on END,
        s.started_on - w.counted_on > 28
    FROM walk w JOIN started s ON s.person = w.person AND s.employer_id IS NOT DISTINCT FROM w.employer_id
        AND s.nth = w.nth + 1
)
SELECT id FROM walk WHERE NOT counts;

CREATE TEMP TABLE contract ON COMMIT DROP AS
SELECT c.*, s.external_id AS stream,
    lower(btrim(s.funder)) IN ('dwp', 'department for work and pensions') AS paid,
    EXISTS (SELECT FROM commissioning_contractterm t WHERE t.contract_id = c.id) AS priced
FROM commissioning_contract c JOIN commissioning_fundingstream s ON s.id = c.funding_stream_id;
ANALYZE contract;

CREATE TEMP TABLE line ON COMMIT DROP AS
SELECT l.*, k.quarter, left(k.quarter, 7) = %(year)s AS of_year, COALESCE(l.job_id, -l.expenditure_id) AS what,
    l.item <> 'correction' AND NOT EXISTS (
        SELECT FROM reporting_claimline x JOIN reporting_claim xc ON xc.id = x.claim_id
        WHERE x.corrects_id = l.id AND xc.kind = 'dwp_claim' AND xc.quarter < %(quarter)s) AS standing
FROM reporting_claimline l JOIN reporting_claim k ON k.id = l.claim_id
WHERE k.kind = 'dwp_claim' AND k.quarter < %(quarter)s;
ANALYZE line;

CREATE TEMP TABLE item ON COMMIT DROP AS
WITH job AS MATERIALIZED (
    SELECT s.* FROM started s JOIN contract c ON c.id = s.contract_id AND c.paid AND c.priced
    WHERE s.id NOT IN (SELECT id FROM twice)
), latest AS (
    SELECT DISTINCT ON (e.job_id, e.week) e.job_id, e.week, e.in_work, e.verified_on
    FROM caseload_employmentcheck e JOIN job ON job.id = e.job_id
    ORDER BY e.job_id, e.week, e.checked_on DESC, e.external_id COLLATE "C" DESC
), one AS (
    SELECT 'job_start' AS item, id AS what, external_id AS source, person, contract_id, started_on AS began,
        started_on AS day, verified_on AS proof, NULL::numeric AS amount, NULL::boolean AS eligible FROM job
    UNION ALL
    SELECT 'sustained_' || week || 'w', id, external_id, person, contract_id, started_on, started_on + week * 7,
        latest.verified_on, NULL, NULL FROM job JOIN latest ON latest.job_id = job.id WHERE in_work
    UNION ALL
    SELECT 'spend', -e.id, e.external_id, NULL, e.contract_id, e.incurred_on, e.incurred_on, e.defrayed_on, e.amount,
        e.eligible FROM commissioning_expenditure e JOIN contract c ON c.id = e.contract_id AND c.paid
), enrolled AS (
    SELECT job.id, bool_or(e.started_on <= job.started_on AND COALESCE(e.ended_on, 'infinity') >= job.started_on) AS yes
    FROM job JOIN person ON person.id = job.person
    JOIN caseload_enrolment e ON e.client_id = person.client_id AND e.contract_id = job.contract_id GROUP BY job.id
), no AS (
    SELECT item, what, max(rejected_on) AS day FROM line
    WHERE item <> 'correction' AND rejected_on <= %(q_end)s GROUP BY 1, 2
), priced AS (
    SELECT DISTINCT ON (one.item, one.what) one.*, t.id AS term, t.unit_price, t.cap, c.external_id AS contract,
        c.stream, c.priced, c.starts_on, c.ends_on, c.value
    FROM one JOIN contract c ON c.id = one.contract_id
    LEFT JOIN commissioning_contractterm t ON t.contract_id = one.contract_id AND t.item = one.item
        AND COALESCE(t.from_date, '-infinity') <= one.day AND COALESCE(t.to_date, 'infinity') >= one.day
    WHERE one.day BETWEEN %(a_start)s AND %(q_end)s
    ORDER BY one.item, one.what, COALESCE(t.from_date, '-infinity') DESC, t.external_id COLLATE "C" DESC
), tested AS (
    SELECT priced.*, COALESCE(amount, unit_price) AS worth, COALESCE(amount < 0, false) AS credit,
        enrolled.yes IS FALSE AS out_of_it, no.day AS refused
    FROM priced LEFT JOIN enrolled ON enrolled.id = priced.what LEFT JOIN no USING (item, what)
)
SELECT *, CASE
        WHEN eligible IS FALSE THEN 'ineligible'
        WHEN item = 'spend' AND NOT credit AND priced AND term IS NULL THEN 'paid_by_outputs'
        WHEN NOT credit AND began NOT BETWEEN starts_on AND ends_on THEN 'outside_contract'
        WHEN item <> 'spend' AND out_of_it THEN 'not_enrolled'
        WHEN NOT credit AND (proof IS NULL OR proof > %(q_end)s OR proof <= refused) THEN 'not_proven'
        WHEN item <> 'spend' AND worth IS NULL THEN 'no_price' END AS reason,
    eligible IS FALSE OR (NOT credit AND began NOT BETWEEN starts_on AND ends_on) OR (item <> 'spend' AND out_of_it)
        OR (NOT credit AND (proof IS NULL OR proof > %(q_end)s OR COALESCE(proof <= refused, false))) AS barred,
    false AS kept
FROM tested;
CREATE INDEX ON item (what, item);
ANALYZE item;

CREATE TEMP TABLE before ON COMMIT DROP AS
SELECT l.id, l.contract_id, l.amount, i.item, i.what, i.person, i.stream, i.term, bad OR nth > 1 AS back
FROM (
    SELECT *, row_number() OVER (PARTITION BY bad, item, COALESCE(who, what), stream_of
        ORDER BY quarter, external_id COLLATE "C") AS nth
    FROM (
        SELECT l.*, i.person AS who, i.stream AS stream_of, i.what IS NULL OR i.barred
            OR COALESCE(l.rejected_on <= %(q_end)s, false) OR (l.item = 'spend' AND i.worth <> l.amount) AS bad
        FROM line l LEFT JOIN item i ON i.item = l.item AND i.what = l.what AND i.contract_id = l.contract_id
        WHERE l.standing
    ) judged
) l LEFT JOIN item i ON i.item = l.item AND i.what = l.what AND i.contract_id = l.contract_id;
ANALYZE before;

UPDATE item SET kept = true FROM before b WHERE NOT b.back AND b.item = item.item AND b.what = item.what;

CREATE TEMP TABLE spent ON COMMIT DROP AS
SELECT c.id, c.value - COALESCE(sum(b.amount) FILTER (WHERE NOT b.back), 0) AS room
FROM contract c LEFT JOIN before b ON b.contract_id = c.id WHERE c.paid GROUP BY c.id, c.value;
CREATE INDEX ON spent (id);
CREATE TEMP TABLE had ON COMMIT DROP AS
SELECT item, person, stream FROM before WHERE NOT back AND person IS NOT NULL;
CREATE INDEX ON had (person, item);
CREATE TEMP TABLE used ON COMMIT DROP AS
SELECT t.id AS term, count(b.id) FILTER (WHERE NOT b.back) AS number
FROM commissioning_contractterm t LEFT JOIN before b ON b.term = t.id GROUP BY t.id;
CREATE INDEX ON used (term);

DO $$
DECLARE one record; why text;
BEGIN
    FOR one IN SELECT * FROM item WHERE reason IS NULL AND NOT kept
        ORDER BY day, item COLLATE "C", source COLLATE "C"
    LOOP
        why := NULL;
        IF one.person IS NOT NULL THEN
            IF EXISTS (SELECT FROM had WHERE person = one.person AND item = one.item AND stream = one.stream) THEN
                why := 'person_claimed';
            ELSIF one.cap IS NOT NULL AND (SELECT number FROM used WHERE term = one.term) >= one.cap THEN
                why := 'over_cap';
            END IF;
        END IF;
        IF why IS NULL AND one.worth > 0 AND (SELECT room FROM spent WHERE id = one.contract_id) < one.worth THEN
            why := 'over_value';
        END IF;
        IF why IS NULL THEN
            UPDATE spent SET room = room - one.worth WHERE id = one.contract_id;
            IF one.person IS NOT NULL THEN
                INSERT INTO had VALUES (one.item, one.person, one.stream);
                UPDATE used SET number = number + 1 WHERE term = one.term;
            END IF;
        ELSE
            UPDATE item SET reason = why WHERE item = one.item AND what = one.what;
        END IF;
    END LOOP;
END $$;

CREATE TEMP TABLE figures ON COMMIT DROP AS
WITH shown AS (
    SELECT CASE WHEN reason IS NULL THEN 'claim_' || item ELSE 'claim_left_out' END AS line, contract, stream, reason,
        COALESCE(worth, 0) AS amount, true AS q, reason IS NULL AS y, reason IS NULL AS a FROM item WHERE NOT kept
    UNION ALL
    SELECT 'claim_corrections', c.external_id, c.stream, NULL, -b.amount, true, true, true
    FROM before b JOIN contract c ON c.id = b.contract_id WHERE b.back
    UNION ALL
    SELECT CASE item WHEN 'correction' THEN 'claim_corrections' ELSE 'claim_' || item END, c.external_id, c.stream, NULL,
        l.amount, false, l.of_year, true FROM line l JOIN contract c ON c.id = l.contract_id
), added AS (
    SELECT line, contract, stream, reason, GROUPING(contract, stream, reason) AS kind,
        count(*) FILTER (WHERE q) AS q, count(*) FILTER (WHERE y) AS y, count(*) FILTER (WHERE a) AS a,
        sum(amount) FILTER (WHERE q) AS qm, sum(amount) FILTER (WHERE y) AS ym, sum(amount) FILTER (WHERE a) AS am
    FROM shown GROUP BY GROUPING SETS ((line), (line, contract), (line, stream), (line, reason))
), total AS (
    SELECT contract, stream, GROUPING(contract, stream) AS kind, sum(amount) FILTER (WHERE q) AS qm,
        sum(amount) FILTER (WHERE y) AS ym, sum(amount) FILTER (WHERE a) AS am
    FROM shown WHERE line <> 'claim_left_out' GROUP BY GROUPING SETS ((), (contract), (stream))
)
SELECT line, measure, dimension, member, v.q, v.y, v.a
FROM added CROSS JOIN LATERAL (VALUES ('number', q::numeric, y::numeric, a::numeric), ('amount', qm, ym, am))
    AS v (measure, q, y, a)
CROSS JOIN LATERAL (SELECT CASE kind WHEN 7 THEN '' WHEN 3 THEN 'contract' WHEN 5 THEN 'funding_stream' ELSE 'reason' END
    AS dimension, COALESCE(contract, stream, reason, '') AS member) place
WHERE NOT (dimension = 'reason' AND reason IS NULL) AND NOT (line = 'claim_left_out' AND dimension = 'funding_stream')
UNION ALL
SELECT 'claim_total', 'value', CASE kind WHEN 3 THEN '' WHEN 1 THEN 'contract' ELSE 'funding_stream' END,
    COALESCE(contract, stream, ''), qm, ym, am FROM total;
