"""The audit trail is a chain: the database marks what each statement adds to it, and only the database can.

The functions that write history and marks run with the rights of the tables' owner. So the application's role needs no
right to add to either, and cannot invent a line; of the access trail, which it writes itself, each line is marked.
Marks take no lock: each names the newest one before it that was committed.
"""

from typing import Any

ACCESS_TRAIL = "partners_accessentry"
MARKS = "partners_trailmark"
AS_WRITTEN = "SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD'"
MARK = """
CREATE OR REPLACE FUNCTION trail_mark_{key}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {as_written} AS $$
DECLARE
    tenant bigint;
    keys int8multirange;
    content bytea;
    width smallint;
    before bigint;
    before_hash bytea;
BEGIN
    FOR tenant, keys, content IN
        SELECT fresh.consortium_id, range_agg(int8range(fresh.{key}, fresh.{key} + 1)),
               sha256(string_agg(sha256(convert_to(fresh::text, 'UTF8')), ''::bytea ORDER BY fresh.{key}))
          FROM fresh GROUP BY fresh.consortium_id
    LOOP
        SELECT max(attnum) INTO width FROM pg_attribute WHERE attrelid = TG_RELID AND NOT attisdropped;
        before := NULL;
        before_hash := NULL;
        SELECT id, own_hash INTO before, before_hash
          FROM partners_trailmark WHERE consortium_id = tenant ORDER BY id DESC LIMIT 1;
        INSERT INTO partners_trailmark (consortium_id, "table", lines, columns, digest, previous, own_hash)
        VALUES (tenant, TG_TABLE_NAME, keys, width, content, before,
                sha256(coalesce(before_hash, ''::bytea) || content
                       || convert_to(TG_TABLE_NAME || keys::text || width::text, 'UTF8')));
    END LOOP;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER trail_mark AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION trail_mark_{key}()
"""
WITH_OWNERS_RIGHTS = """
DO $$
DECLARE writer regprocedure;
BEGIN
    FOR writer IN
        SELECT oid FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
           AND (prosrc LIKE '%\\_pgh\\_attach\\_context%' OR proname LIKE 'trail\\_mark\\_%'
                OR proname LIKE 'pgtrigger\\_balances\\_%')
           AND pg_has_role(current_user, proowner, 'USAGE')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER', writer);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', writer);  -- nor put it on a table of one's own
    END LOOP;
END $$
"""


def key_of(table: str) -> str:
    return "id" if table == ACCESS_TRAIL else "pgh_id"


def mark_trails(cursor: Any, trails: list[str]) -> None:
    """Put the trigger on every table of the trail; after every migration, by the owner."""
    cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    existing = {name for (name,) in cursor.fetchall()}
    if MARKS not in existing:
        return
    for key in ("id", "pgh_id"):
        cursor.execute(MARK.format(key=key, as_written=AS_WRITTEN))
    for table in sorted(existing.intersection(trails)):
        cursor.execute(TRIGGER.format(table=table, key=key_of(table)))
    cursor.execute(WITH_OWNERS_RIGHTS)
