-- What came into a line or left it between two builds; what is in both, but otherwise, has moved. Came and left are
-- told forwards in time, "was" and "now" from the other build to this one.
WITH of_build AS NOT MATERIALIZED (
    SELECT line, "table", record_id, reference, person_id, on_date, windows, measures, members
    FROM reporting_returnmember WHERE build_id = %(build)s
), of_before AS NOT MATERIALIZED (
    SELECT line, "table", record_id, reference, person_id, on_date, windows, measures, members
    FROM reporting_returnmember WHERE build_id = %(before)s
), kept AS (
    INSERT INTO reporting_returnchange
        (consortium_id, build_id, line, change, "table", record_id, reference, person_id, on_date,
         windows_was, windows_now)
    SELECT %(consortium)s, %(build)s, line,
        CASE WHEN bool_or(is_new) AND bool_or(NOT is_new) THEN 'moved'
             WHEN bool_or(is_new) = %(forward)s THEN 'changed_in' ELSE 'changed_out' END,
        "table", record_id, min(reference), min(person_id), max(on_date),
        coalesce(bit_or(windows) FILTER (WHERE NOT is_new), 0), coalesce(bit_or(windows) FILTER (WHERE is_new), 0)
    FROM (
        SELECT true AS is_new, came.* FROM (SELECT * FROM of_build EXCEPT SELECT * FROM of_before) came
        UNION ALL
        SELECT false, went.* FROM (SELECT * FROM of_before EXCEPT SELECT * FROM of_build) went
    ) differing
    GROUP BY line, "table", record_id
    RETURNING 1
)
SELECT count(*) FROM kept
