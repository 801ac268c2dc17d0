"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Iterator

from partners.platform.exchange.columns import Kind
from partners.platform.exchange.declarations import Relations, RowRule, SetRule, table_named
from partners.platform.exchange.relations import literal


def twice(table: str, *same: str, reason: str, reported: str) -> SetRule:
    """Warn of rows that say the same in all these columns; a row of the consortium counts as the first."""

    def findings(relations: Relations) -> Iterator[str]:
        columns = table_named(table).by_name
        keys = [f'lower(btrim("{each}"))' if columns[each].kind == Kind.TEXT else f'"{each}"' for each in same]
        among = f"{keys[0]} IN (SELECT {keys[0]} FROM {relations.after(table, same[0])} of_package)"
        yield f"""
            SELECT true, {literal(table + ".csv")}, line, {literal(reported)}, "{reported}"::text, {literal(reason)}
            FROM (SELECT line, "{reported}",
                      row_number() OVER (PARTITION BY {", ".join(keys)} ORDER BY line NULLS FIRST) AS place
                  FROM {relations.outcome(table, *same, existing_where=among)} rows) places
            WHERE line IS NOT NULL AND place > 1
        """

    return SetRule((table,), findings)


def outside_contract(table: str, column: str, *, reason: str, only: str = "true") -> SetRule:
    """Warn of a day on which the contract does not run; a profile's month may begin before its contract does."""

    def findings(relations: Relations) -> Iterator[str]:
        if not relations.is_staged(table):
            return
        starts, ends = (relations.value("contracts", "c", name) for name in ("starts_on", "ends_on"))
        yield f"""
            SELECT true, {literal(table + ".csv")}, r.line, {literal(column)}, r."{column}"::text, {literal(reason)}
            FROM {relations.after(table, "contract_id", column)} r {relations.parent("contracts", "r.contract_id", "c")}
            WHERE r."{column}" > {ends} OR r."{column}" < {only.format(starts=starts)}
        """

    return SetRule((table,), findings)


def more_than_the_contract(table: str, column: str, day: str, *, reason: str, extra: str, where: str) -> SetRule:
    """Warn where the sum of a contract's rows, in the order of their days, passes its value by a pound or more."""

    def findings(relations: Relations) -> Iterator[str]:
        names = ("contract_id", column, day, extra)
        if relations.is_staged(table):
            among = f"contract_id IN (SELECT contract_id FROM {relations.after(table, 'contract_id')} of_package)"
            rows = relations.outcome(table, *names, existing_where=among)
            yield f"""
                SELECT true, {literal(table + ".csv")}, r.line, {literal(column)}, r."{column}"::text, {literal(reason)}
                FROM (SELECT *, sum("{column}") OVER (PARTITION BY contract_id ORDER BY "{day}", id) AS so_far
                      FROM {rows} rows WHERE {where}) r {relations.parent("contracts", "r.contract_id", "c")}
                WHERE r.line IS NOT NULL AND r."{column}" > 0
                    AND r.so_far >= {relations.value("contracts", "c", "value")} + 1
            """

    return SetRule((table,), findings)


def invoices_again(relations: Relations) -> Iterator[str]:
    """Warn of one invoice twice: the same reference and sum from one provider, or, with none, all of it the same."""
    if not relations.is_staged("expenditure"):
        return
    columns = ("contract_id", "incurred_on", "amount", "indicator", "category", "invoice_ref")
    provider = relations.parent_reference("contracts", "c", "provider_id")
    named = "lower(regexp_replace(r.invoice_ref, '[^[:alnum:]]+', '', 'g'))"
    unnamed = "concat_ws('|', r.contract_id, r.incurred_on, lower(r.indicator), lower(r.category))"
    amounts = f"SELECT amount FROM {relations.after('expenditure', 'amount')} of_package"
    yield f"""
        SELECT true, 'expenditure.csv', line, CASE WHEN invoice_ref IS NULL THEN 'amount' ELSE 'invoice_ref' END,
               coalesce(invoice_ref, amount::text), CASE WHEN invoice_ref IS NULL
                   THEN 'Another row has this contract, day, amount and purpose, and no invoice tells them apart.'
                   ELSE 'Another row has this invoice of this provider with the same amount.' END
        FROM (SELECT r.line, r.invoice_ref, r.amount, row_number() OVER (
                  PARTITION BY r.amount, CASE WHEN r.invoice_ref IS NULL THEN {unnamed} ELSE {named} END,
                      CASE WHEN r.invoice_ref IS NULL THEN r.contract_id ELSE {provider} END, r.invoice_ref IS NULL
                  ORDER BY r.line NULLS FIRST, r.id) AS place
              FROM {relations.outcome("expenditure", *columns, existing_where=f"amount IN ({amounts})")} r
                  {relations.parent("contracts", "r.contract_id", "c")}) places
        WHERE line IS NOT NULL AND place > 1
    """


def days_to_come(column: str) -> RowRule:
    return RowRule((column,), f"{{{column}}} > current_date", "This day is still to come.", only_warns=True)


NO_CONTRACT = "There is no contract with this id. The row says more about one: its id is the contract's."


def contract_of_facts() -> str:
    return (
        "(SELECT c.id FROM commissioning_contract c WHERE c.external_id = s.id"
        " AND c.consortium_id = current_setting('app.consortium_id')::bigint)"
    )


def about_known_contracts(relations: Relations) -> Iterator[str]:
    """Refuse the facts of no contract."""
    if not relations.is_staged("contract_facts") or "contracts" in relations.unreadable:
        return
    yield f"""
        SELECT false, 'contract_facts.csv', r.line, 'id', r.id, {literal(NO_CONTRACT)}
        FROM {relations.after("contract_facts")} r {relations.parent("contracts", "r.id", "c")}
        WHERE m_c.id IS NULL {"AND s_c.id IS NULL" if relations.is_staged("contracts") else ""}
    """
