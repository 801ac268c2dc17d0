"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Iterator

from employers.keys import business_key_sql
from partners.platform.exchange.declarations import Relations, SetRule
from partners.platform.exchange.relations import literal


def employers_alike(relations: Relations) -> Iterator[str]:
    """Warn of employers whose names differ by Ltd, The and the like only, at one postcode or without one."""
    if not relations.has("employers", "name"):
        return
    key, place = business_key_sql("name"), "upper(regexp_replace(postcode, '[[:space:]]+', '', 'g'))"
    named = f"{key} IN (SELECT {key} FROM {relations.after('employers', 'name')} of_package)"
    yield f"""
        SELECT true, 'employers.csv', line, 'name', name,
               'Another employer has this name, but for Ltd, The, capitals and the like.'
        FROM (SELECT line, name, id, place, key,
                  count(*) OVER (PARTITION BY key) AS alike, row_number() OVER (PARTITION BY key, place
                  ORDER BY line NULLS FIRST, id) AS step, bool_or(place IS NULL) OVER (PARTITION BY key) AS anywhere,
                  row_number() OVER (PARTITION BY key ORDER BY line NULLS FIRST, id) AS step_anywhere
              FROM (SELECT line, id, name, {key} AS key, {place} AS place
                    FROM {relations.outcome("employers", "name", "postcode", existing_where=named)} rows) keyed) counted
        WHERE line IS NOT NULL AND (step > 1 OR (anywhere AND step_anywhere > 1))
    """


def needs_guarantee(table: str) -> SetRule:
    """Refuse a ``jigs_agreement_id`` whose agreement is of another kind, also when it becomes so in this package."""

    def findings(relations: Relations) -> Iterator[str]:
        agreement = relations.parent("employer_agreements", "r.jigs_agreement_id", "a")
        kind = relations.value("employer_agreements", "a", "kind")
        if relations.has(table, "jigs_agreement_id"):
            yield f"""
                SELECT false, {literal(table + ".csv")}, r.line, 'jigs_agreement_id', r.jigs_agreement_id,
                       'This agreement is not a job interview guarantee (jigs).'
                FROM {relations.after(table, "jigs_agreement_id")} r {agreement}
                WHERE {kind} <> 'jigs'
            """
        if relations.has("employer_agreements", "kind"):
            kept = "" if relations.has(table, "jigs_agreement_id") else "OR r.line IS NOT NULL"
            yield f"""
                SELECT false, 'employer_agreements.csv', a.line, 'kind', a.kind,
                       {literal(f"Records in {table} came through this as a job interview guarantee (jigs).")}
                FROM {relations.after("employer_agreements", "kind")} a
                WHERE a.kind <> 'jigs' AND a.id IN (
                    SELECT r.jigs_agreement_id FROM {relations.outcome(table, "jigs_agreement_id")} r
                    WHERE r.jigs_agreement_id IS NOT NULL AND (r.line IS NULL {kept}))
            """

    return SetRule((table, "employer_agreements"), findings)
