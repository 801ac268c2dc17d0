"""What of a package, or of its undoing, its bringer may not do: told row by row, as any other fault of a package."""

from collections.abc import Iterator

from django.db import connection

from partners.exchange.declarations import Guard, Table, all_judges, all_tables
from partners.exchange.findings import Findings
from partners.exchange.relations import Relations, literal
from partners.models import ExchangeBatch, ExchangeChange, StaffMember
from partners.tenancy.scope import current_consortium_id

CHANGES = ExchangeChange._meta.db_table


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
    """Say in sentences which protected columns an undoing would put back that ``by`` may not change."""
    tables = [table for table in all_tables() if table.name in batch.counts]
    return [
        f"{count:,} row{'s' if count > 1 else ''} of {table.name}: {guard.reason}"
        for table in tables
        for guard in forbidding(table, by)
        if (count := _would_put_back(batch, table, guard))
    ]


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
