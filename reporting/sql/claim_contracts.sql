-- The contracts, each with its stream today and whether this claim's funder pays it.
SELECT contract.id AS contract_id, contract.external_id AS contract, contract.funding_stream_id AS stream_id,
    stream.external_id AS funding_stream, contract.starts_on, contract.ends_on, contract.value,
    lower(btrim(stream.funder, %(white_space)s)) = ANY(%(funders)s)
        AND (%(streams)s::text[] = '{}' OR stream.external_id = ANY(%(streams)s::text[])) AS is_paid,
    EXISTS (
        SELECT FROM commissioning_contractterm term
        WHERE term.consortium_id = contract.consortium_id AND term.contract_id = contract.id
    ) AS has_terms
FROM commissioning_contract contract
JOIN commissioning_fundingstream stream
    ON stream.consortium_id = contract.consortium_id AND stream.id = contract.funding_stream_id
