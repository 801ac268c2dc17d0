-- The items that can be claimed, with their term, their worth and the first six of the nine rules
-- (contract KPIS.md, "The claim"). The last three need the items before them: reporting.counting.claims.
-- Nothing is claimed without a price, so that rule holds of every funder; of the others, those that it has.
WITH enrolled AS (
    SELECT counted.job_id, bool_or(
        enrolment.started_on <= counted.started_on
        AND (enrolment.ended_on IS NULL OR enrolment.ended_on >= counted.started_on)
    ) AS on_the_day
    FROM count_claim_jobs counted
    JOIN count_people record ON record.person_id = counted.person_id
    JOIN caseload_enrolment enrolment
        ON enrolment.consortium_id = counted.consortium_id AND enrolment.client_id = record.client_id
        AND enrolment.contract_id = counted.contract_id
    GROUP BY counted.job_id
), rejected AS (
    SELECT item, subject, max(rejected_on) AS last_on
    FROM count_claim_earlier
    WHERE item <> 'correction' AND rejected_on <= %(q_end)s
    GROUP BY item, subject
), terms AS (
    SELECT DISTINCT ON (dated.place) dated.place, term.id AS term_id, term.unit_price, term.cap
    FROM count_claim_dated dated
    JOIN commissioning_contractterm term
        ON term.consortium_id = dated.consortium_id AND term.contract_id = dated.contract_id AND term.item = dated.item
    WHERE (term.from_date IS NULL OR term.from_date <= dated.own_day)
        AND (term.to_date IS NULL OR term.to_date >= dated.own_day)
    ORDER BY dated.place, COALESCE(term.from_date, '-infinity'::date) DESC, term.external_id COLLATE "C" DESC
), judged AS (
    SELECT dated.*, contract.contract, contract.stream_id, contract.funding_stream, contract.has_terms,
        terms.term_id, terms.unit_price, terms.cap,
        COALESCE(dated.amount, terms.unit_price) AS worth,
        COALESCE(dated.amount < 0, false) AS is_credit,
        'ineligible' = ANY(%(rules)s) AND dated.eligible IS FALSE AS ineligible,
        'outside_contract' = ANY(%(rules)s) AND COALESCE(dated.amount < 0, false) IS FALSE
            AND (dated.rule_day < contract.starts_on OR dated.rule_day > contract.ends_on) AS outside_contract,
        'not_enrolled' = ANY(%(rules)s) AND dated.job_id IS NOT NULL AND enrolled.on_the_day IS FALSE AS not_enrolled,
        'not_proven' = ANY(%(rules)s) AND COALESCE(dated.amount < 0, false) IS FALSE AND (
            dated.proof IS NULL OR dated.proof > %(q_end)s OR COALESCE(dated.proof <= rejected.last_on, false)
        ) AS not_proven
    FROM count_claim_dated dated
    JOIN count_claim_contracts contract USING (contract_id)
    LEFT JOIN terms USING (place)
    LEFT JOIN enrolled ON enrolled.job_id = dated.job_id
    LEFT JOIN rejected USING (item, subject)
)
SELECT place, item, subject, job_id, expenditure_id, source, person_id, contract_id, contract, stream_id, funding_stream,
    own_day, term_id, cap, worth, record_table, record_id, reference,
    -- The rules that take a standing line back, whatever rule 2 says.
    CASE
        WHEN ineligible THEN 'ineligible'
        WHEN outside_contract THEN 'outside_contract'
        WHEN not_enrolled THEN 'not_enrolled'
        WHEN not_proven THEN 'not_proven'
    END AS bar,
    CASE
        WHEN ineligible THEN 'ineligible'
        WHEN 'paid_by_outputs' = ANY(%(rules)s) AND item = 'spend' AND NOT is_credit AND has_terms AND term_id IS NULL
            THEN 'paid_by_outputs'
        WHEN outside_contract THEN 'outside_contract'
        WHEN not_enrolled THEN 'not_enrolled'
        WHEN not_proven THEN 'not_proven'
        WHEN job_id IS NOT NULL AND worth IS NULL THEN 'no_price'
    END AS reason
FROM judged
