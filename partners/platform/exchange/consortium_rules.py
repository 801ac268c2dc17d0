"""Rules of rows, and of rows against each other and against the consortium, asked in SQL of whole tables."""

from collections.abc import Iterator

from partners.platform.exchange.columns import Column
from partners.platform.exchange.declarations import Relations, RowRule, SetRule, Table, all_tables, table_named
from partners.platform.exchange.explaining import SHORTENED
from partners.platform.exchange.findings import Findings
from partners.platform.exchange.relations import literal, stage_name


def check_package(relations: Relations, findings: Findings) -> None:
    """Find every broken rule of the staged tables, as the rows will be after the import."""
    asked: set[int] = set()
    for table in all_tables():
        if relations.is_staged(table.name):
            for select in (*repeated_ids(table), *missing(table, relations), *dangling(table, relations)):
                findings.find(select)
            findings_of_rows = broken_rows(table, relations)
            if findings_of_rows:
                findings.find(findings_of_rows)
        for rule in table.set_rules:
            if id(rule) not in asked and applies(rule, relations):
                asked.add(id(rule))
                for select in rule.findings(relations):
                    findings.find(select)


def applies(rule: SetRule, relations: Relations) -> bool:
    return any(relations.is_staged(table) for table in rule.tables)


def repeated_ids(table: Table) -> Iterator[str]:
    yield f"""
        SELECT false, {literal(table.file)}, line, 'id', id, 'This id stands on line ' || first || ' already.'
        FROM (SELECT line, id, min(line) OVER (PARTITION BY id) AS first
              FROM {stage_name(table)} WHERE id IN
                  (SELECT id FROM {stage_name(table)} WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1)) repeated
        WHERE line > first
    """


def missing(table: Table, relations: Relations) -> Iterator[str]:
    """Refuse a new row when the file lacks a required column; a known row keeps what it has."""
    for column in table.columns:
        misnamed = column.name in relations.misnamed.get(table.name, ())
        if column.required and not misnamed and not relations.has(table.name, column.name):
            yield f"""
                SELECT false, {literal(table.file)}, line, {literal(column.name)}, '',
                       'A new row needs this column, and the file does not have it.'
                FROM {stage_name(table)} s
                WHERE s.whole AND s.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{table.db_table}" m
                    WHERE m.consortium_id = {relations.consortium_id} AND m.external_id = s.id)
            """


def dangling(table: Table, relations: Relations) -> Iterator[str]:
    """Refuse a reference to nothing, neither in the package nor in the consortium."""
    for column in table.references:
        if not relations.has(table.name, column.name) or column.refers_to in relations.unreadable:
            continue
        target = table_named(column.refers_to)
        in_package = (
            f'AND NOT EXISTS (SELECT 1 FROM {stage_name(target)} t WHERE t.id = s."{column.name}")'
            if relations.is_staged(target.name)
            else ""
        )
        yield f"""
            SELECT false, {literal(table.file)}, s.line, {literal(column.name)}, s."{column.name}",
                   {literal(f"There is nothing with this id in {target.name}.")} || {_hint(column, target, relations)}
            FROM {stage_name(table)} s
            WHERE s."{column.name}" IS NOT NULL {in_package}
                AND NOT EXISTS (SELECT 1 FROM "{target.db_table}" m
                    WHERE m.consortium_id = {relations.consortium_id} AND m.external_id = s."{column.name}")
        """


# What makes two ids differ that were meant to be the same: how to write both alike, and what to say of it.
_NEARLY = (
    (
        "regexp_replace({}, '^[[:space:]\u00a0\ufeff\u200b]+|[[:space:]\u00a0\ufeff\u200b]+$', '', 'g')",
        " One differs from it only by a space before or after it.",
    ),
    ("lower({})", " One differs from it only by capital letters."),
    ("ltrim({}, '0')", " One differs from it only by noughts in front, which spreadsheets drop."),
)


def _hint(column: Column, target: Table, relations: Relations) -> str:
    """Return the SQL of what to say beside a reference to nothing, when something nearly has its id."""
    value = f's."{column.name}"'
    cases = []
    for alike, said in _NEARLY:
        ours = f'SELECT 1 FROM "{target.db_table}" m WHERE m.consortium_id = {relations.consortium_id}'
        found = f"EXISTS ({ours} AND {alike.format('m.external_id')} = {alike.format(value)})"
        if relations.is_staged(target.name):
            staged = f"SELECT 1 FROM {stage_name(target)} t"
            found += f" OR EXISTS ({staged} WHERE {alike.format('t.id')} = {alike.format(value)})"
        cases.append(f"WHEN {found} THEN {literal(said)}")
    cases.append(f"WHEN {value} ~ '^[0-9](\\.[0-9]+)?E[+]?[0-9]+$' THEN {literal(f' {SHORTENED}')}")
    return f"CASE {' '.join(cases)} ELSE '' END"


def broken_rows(table: Table, relations: Relations) -> str | None:
    """Ask all row rules of a table in one pass; rules none of whose columns are in the file cannot have changed."""
    rules = [rule for rule in table.all_row_rules if any(relations.has(table.name, name) for name in rule.columns)]
    if not rules:
        return None
    used = list(dict.fromkeys(name for rule in rules for name in rule.columns))
    names = {name: f'a."{name}"' for name in used}
    wrong = [f"({rule.wrong.format(**names)})" for rule in rules]
    cases = ", ".join(
        f"({condition}, {_verdict(rule, relations, table)})" for rule, condition in zip(rules, wrong, strict=True)
    )
    return f"""
        SELECT r.warning, {literal(table.file)}, a.line, r.field, r.value, r.reason
        FROM {relations.after(table.name, *used)} a
        CROSS JOIN LATERAL (VALUES {cases}) AS r (wrong, warning, field, value, reason)
        WHERE ({" OR ".join(wrong)}) AND r.wrong
    """


def _verdict(rule: RowRule, relations: Relations, table: Table) -> str:
    reported = next(name for name in rule.columns if relations.has(table.name, name))
    return f'{str(rule.only_warns).lower()}, {literal(reported)}, a."{reported}"::text, {literal(rule.reason)}'
