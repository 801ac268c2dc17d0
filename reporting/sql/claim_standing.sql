-- The standing lines of earlier claims, and which of them this claim takes back (contract KPIS.md, "The claim", first
-- the corrections). A line that stays has the only item of its kind, and the only one of its name, person and stream.
WITH found AS (
    SELECT line.line_id, line.reference, line.quarter, line.contract_id, line.item, line.subject, line.job_id,
        line.expenditure_id, line.amount, line.person_id AS line_person, item.place, item.person_id, item.stream_id, item.term_id,
        CASE
            WHEN item.place IS NULL THEN 'gone'
            WHEN line.rejected_on <= %(q_end)s THEN 'rejected'
            WHEN item.bar IS NOT NULL THEN item.bar
            WHEN line.item = 'spend' AND item.worth <> line.amount THEN 'amount'
        END AS failing
    FROM count_claim_earlier line
    LEFT JOIN count_claim_items item
        ON item.item = line.item AND item.subject = line.subject AND item.contract_id = line.contract_id
    WHERE line.stands
), numbered AS (
    SELECT *, row_number() OVER (
        PARTITION BY failing, item,
            COALESCE(CASE WHEN 'person_claimed' = ANY(%(rules)s) THEN person_id END, subject),
            CASE WHEN 'person_claimed' = ANY(%(rules)s) THEN stream_id END
        ORDER BY quarter, reference COLLATE "C"
    ) AS nth
    FROM found
)
SELECT *, failing IS NOT NULL OR nth > 1 AS is_taken_back,
    COALESCE(failing, CASE WHEN nth > 1 THEN 'twice' END) AS cause
FROM numbered
