WITH record AS (
    SELECT id, coalesce(merged_into_id, id) AS person, date_of_birth AS born, sex,
           least(family_key, given_key) AS one_name, greatest(family_key, given_key) AS other_name,
           CASE WHEN nino_index <> '' AND left(nino_index, 1) <> ALL(%(not_compared)s) THEN nino_index END AS nino,
           CASE WHEN nino_index <> '' AND left(nino_index, 1) <> ALL(%(proves_nothing)s) THEN nino_index END AS proof
      FROM caseload_client WHERE consortium_id = %(consortium)s),
alike AS (
    SELECT record.*, 'n' || nino AS reason, row_number() OVER (PARTITION BY nino ORDER BY id) AS place
      FROM record WHERE nino IS NOT NULL
     UNION ALL
    SELECT record.*, concat_ws(' ', born, one_name, other_name),
           row_number() OVER (PARTITION BY born, one_name, other_name ORDER BY id)
      FROM record WHERE born >= '1905-01-01' AND length(one_name) > 1),
pair AS (
    SELECT DISTINCT ON (greatest(newer.person, older.person), least(newer.person, older.person))
           greatest(newer.person, older.person) AS client_id, least(newer.person, older.person) AS other_id,
           greatest(newer.place - 1 - %(most)s, 0) AS not_listed,
           array_remove(ARRAY[
               CASE WHEN newer.proof = older.proof THEN 'same_nino'
                    WHEN newer.nino = older.nino THEN 'example_nino' END,
               CASE WHEN newer.born = older.born THEN 'same_birth_date' END,
               CASE WHEN newer.one_name = older.one_name AND newer.other_name = older.other_name
                    THEN 'similar_name' END,
               CASE WHEN newer.proof <> older.proof THEN 'other_nino' END,
               CASE WHEN newer.born <> older.born THEN 'other_birth_date' END,
               CASE WHEN newer.sex IN ('female', 'male') AND older.sex IN ('female', 'male')
                         AND newer.sex <> older.sex THEN 'other_sex' END], NULL) AS reasons
      FROM alike newer
      JOIN alike older ON older.reason = newer.reason
       AND older.place BETWEEN newer.place - %(most)s AND newer.place - 1
     WHERE newer.place > 1 AND older.person <> newer.person
     ORDER BY 1, 2)
INSERT INTO caseload_possiblematch (consortium_id, uid, external_id, recorded_at, version, client_id, other_id,
                                    reasons, not_listed)
SELECT %(consortium)s, made.uid, made.uid::text, now(), 1, pair.client_id, pair.other_id, to_jsonb(pair.reasons),
       pair.not_listed
  FROM pair, LATERAL (SELECT gen_random_uuid() AS uid, pair.client_id) made
 ORDER BY pair.client_id, pair.other_id
ON CONFLICT DO NOTHING
