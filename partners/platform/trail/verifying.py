"""Checking the audit trail against its marks: what was altered, taken out, put in or changed places is named."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from partners.platform.tenancy.append_only import trails
from partners.platform.tenancy.marking import key_of
from partners.platform.tenancy.scope import current_consortium_id

BROKEN_LINKS = """
    SELECT mark.id, mark."table", mark.lines::text, mark.previous,
        before.id IS NULL
    FROM partners_trailmark mark
    LEFT JOIN partners_trailmark before ON before.consortium_id = mark.consortium_id AND before.id = mark.previous
    WHERE mark.consortium_id = %(consortium)s
      AND ((mark.previous IS NULL
            AND mark.id > (SELECT min(id) FROM partners_trailmark WHERE consortium_id = %(consortium)s))
           OR (mark.previous IS NOT NULL AND before.id IS NULL)
           OR mark.own_hash <> sha256(coalesce(before.own_hash, ''::bytea) || mark.digest
              || convert_to(mark."table" || mark.lines::text || mark.columns::text, 'UTF8')))
    ORDER BY mark.id
"""
ALTERED = """
    SELECT mark.id, mark.lines::text, mark.number, count(line.key)
    FROM (
        SELECT id, lines, digest,
            (SELECT sum(upper(span) - lower(span)) FROM unnest(lines) span) AS number
        FROM partners_trailmark
        WHERE consortium_id = %(consortium)s AND "table" = %(table)s AND columns = %(columns)s
    ) mark
    CROSS JOIN LATERAL unnest(mark.lines) span
    LEFT JOIN LATERAL (
        SELECT {key} AS key, sha256(convert_to(ROW({names})::text, 'UTF8')) AS hash
        FROM {table} WHERE consortium_id = %(consortium)s AND {key} >= lower(span) AND {key} < upper(span)
    ) line ON true
    GROUP BY mark.id, mark.lines, mark.digest, mark.number
    HAVING count(line.key) <> mark.number
        OR sha256(string_agg(line.hash, ''::bytea ORDER BY line.key)) IS DISTINCT FROM mark.digest
    ORDER BY mark.id
"""
UNMARKED = """
    WITH marked AS (
        SELECT unnest(lines) AS span FROM partners_trailmark
        WHERE consortium_id = %(consortium)s AND "table" = %(table)s
    ), known AS (SELECT range_agg(span) AS spans, min(lower(span)) AS first FROM marked)
    SELECT {key} FROM {table}, known
    WHERE consortium_id = %(consortium)s AND {key} >= known.first AND NOT known.spans @> {key}::bigint
    ORDER BY {key}
"""


def faults() -> Iterator[str]:
    """Say what is wrong with the trail of the consortium in scope, table by table."""
    parameters = {"consortium": current_consortium_id()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true)")
        for mark, table, lines, previous, is_gone in rows(cursor, BROKEN_LINKS, parameters):
            why = (
                f"the mark before it, {previous}, is gone"
                if is_gone and previous
                else "its hash is not that of what it says"
            )
            yield f"Audit trail, mark {mark} ({table}, lines {lines}): {why}."
        for table in trails():
            yield from faults_of(cursor, table, parameters)


def faults_of(cursor: Any, table: str, parameters: dict[str, Any]) -> Iterator[str]:
    key = key_of(table)
    parameters = {**parameters, "table": table}
    marks = (
        'SELECT DISTINCT columns FROM partners_trailmark WHERE consortium_id = %(consortium)s AND "table" = %(table)s'
    )
    for (columns,) in rows(cursor, marks, parameters):
        statement = ALTERED.format(key=key, table=table, names=names_of(cursor, table, columns))
        for mark, lines, number, kept in rows(cursor, statement, {**parameters, "columns": columns}):
            gone = f"{number - kept} of its {number} lines gone" if kept < number else "altered since it was written"
            yield f"Audit trail, {table}, lines {lines} (mark {mark}): {gone}."
    for (line,) in rows(cursor, UNMARKED.format(key=key, table=table), parameters):
        yield f"Audit trail, {table}, line {line}: no mark; the application did not write it."


def names_of(cursor: Any, table: str, columns: int) -> str:
    """Return the columns a table had when it was marked: later ones came after them."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum BETWEEN 1 AND %s AND NOT attisdropped",
        [table, columns],
    )
    return str(cursor.fetchone()[0])


def rows(cursor: Any, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor.execute(statement, parameters)
    return list(cursor.fetchall())
