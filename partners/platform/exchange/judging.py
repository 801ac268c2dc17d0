"""What of a package, or of its undoing, its bringer may not do: told row by row, as any other fault of a package."""

from collections.abc import Iterator

from django.db import connection

from partners.models import ExchangeBatch, ExchangeChange, StaffMember
from partners.platform.exchange.declarations import Guard, Relations, Table, all_judges, all_tables, withheld_from
from partners.platform.exchange.exporting import Hidden, rows_of_hidden
from partners.platform.exchange.findings import Findings
from partners.platform.exchange.relations import literal
from partners.platform.tenancy.scope import current_consortium_id

CHANGES = ExchangeChange._meta.db_table
UNREAD = "This is about a restricted record, which you may not open. One of its readers or the operator can undo it."


def judge_package(relations: Relations, findings: Findings, *, by: StaffMember) -> None:
    """Find every row that opens sight or gives power and that ``by`` could not have written by hand."""
    for table in all_tables():
        if relations.is_staged(table.name):
            for guard in forbidding(table, by):
                for select in _findings(table, guard, relations):
                    findings.find(select)
    for judge in all_judges():
        for select in judge(relations, by):
            findings.find(select)


def why_not_taken_back(batch: ExchangeBatch, *, by: StaffMember) -> list[str]:
    """Say in sentences which protected columns an undoing would put back that ``by`` may not change.

    So are rows that are, or would be again, about a record ``by`` may not open; who may restrict one, guards say.
    """
    tables = [table for table in all_tables() if table.name in batch.counts]
    hidden = withheld_from(by)
    beyond = [
        f"{count:,} row{'s' if count > 1 else ''} of {table.name}: {guard.reason}"
        for table in tables
        for guard in forbidding(table, by)
        if (count := _would_put_back(batch, table, guard))
    ]
    unread = [
        f"{count:,} row{'s' if count > 1 else ''} of {table.name}: {UNREAD}"
        for table in tables
        if not table.is_extra and (count := _about_hidden(batch, table, hidden))
    ]
    return [*beyond, *unread]


def forbidding(table: Table, by: StaffMember) -> list[Guard]:
    return [guard for guard in table.guards if not guard.may(by)]


def _findings(table: Table, guard: Guard, relations: Relations) -> Iterator[str]:
    """Report each differing value at its column, and a new row once, at the first guarded column the file has."""
    told = f"false, {literal(table.file)}, line"
    present = [name for name in guard.columns if relations.has(table.name, name)]
    for name in present:
        rows = relations.differing(table.name, name, where=_present(guard.only, table, relations))
        yield f"SELECT {told}, {literal(name)}, value, {literal(guard.reason)} FROM {rows} differing"
    if guard.new != "false" and present:
        rows = relations.fresh(table.name, present[0], where=_present(guard.new, table, relations))
        yield f"SELECT {told}, {literal(present[0])}, value, {literal(guard.reason)} FROM {rows} fresh"


def _present(condition: str, table: Table, relations: Relations) -> str:
    """Let a condition speak of a staged column that the file does not have: it is empty."""
    for column in table.columns:
        if not relations.has(table.name, column.name):
            condition = condition.replace(f"s.{column.name}", "NULL")
    return condition


def _would_put_back(batch: ExchangeBatch, table: Table, guard: Guard) -> int:
    columns = [table.by_name[name] for name in guard.columns]
    differs = " OR ".join(
        f"(c.before ? {literal(name)} AND (c.before ->> {literal(name)})"
        f" IS DISTINCT FROM (to_jsonb(m.\"{name}\") #>> '{{}}'))"
        for name in map(table.db_column, columns)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT count(*) FROM "{CHANGES}" c LEFT JOIN "{table.db_table}" m
                ON m.consortium_id = c.consortium_id AND m.id = c.record_id
            WHERE c.consortium_id = {current_consortium_id()} AND c.batch_id = {batch.pk}
                AND c."table" = {literal(table.name)}
                AND ((c.before IS NULL AND {str(guard.gone).lower()}) OR (c.before IS NOT NULL AND ({differs})))
        """)
        return int(cursor.fetchone()[0])


def _about_hidden(batch: ExchangeBatch, table: Table, hidden: Hidden) -> int:
    """Count the rows of a batch that are about a hidden record now, or were before and would be again."""
    ways = [rows_of_hidden(table, hidden, "m")]
    for column in table.references:
        if keys := hidden.get(column.refers_to):
            name = literal(table.db_column(column))
            ways.append(f"(c.before ->> {name})::bigint = ANY(ARRAY[{', '.join(map(str, keys))}]::bigint[])")
    ways = [way for way in ways if way]
    if not ways:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT count(*) FROM "{CHANGES}" c JOIN "{table.db_table}" m
                ON m.consortium_id = c.consortium_id AND m.id BETWEEN c.record_id AND c.last_record_id
            WHERE c.consortium_id = {current_consortium_id()} AND c.batch_id = {batch.pk}
                AND c."table" = {literal(table.name)} AND ({" OR ".join(ways)})
        """)
        return int(cursor.fetchone()[0])
