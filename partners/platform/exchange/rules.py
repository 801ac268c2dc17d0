"""Rules that many tables share (exchange/README.md, "Refused" and "Taken with a warning")."""

from collections.abc import Iterator

from partners.platform.exchange.declarations import Relations, RowRule, SetRule
from partners.platform.exchange.relations import literal
from partners.platform.exchange.shapes import LSOA_REASON


def in_order(first: str, last: str) -> RowRule:
    return RowRule((last, first), f"{{{last}}} < {{{first}}}", f"{last} is before {first}.")


def at_least_zero(*columns: str) -> tuple[RowRule, ...]:
    return tuple(RowRule((column,), f"{{{column}}} < 0", "This cannot be below zero.") for column in columns)


def within_a_week(column: str) -> tuple[RowRule, ...]:
    return (
        *at_least_zero(column),
        RowRule((column,), f"{{{column}}} > 168", "A week has 168 hours."),
    )


def area_rules() -> tuple[RowRule, ...]:
    return (
        RowRule(
            ("area", "area_kind"),
            "{area_kind} <> 'consortium' AND {area} IS NULL",
            "Name the area; only the whole consortium goes without.",
        ),
        RowRule(("area", "area_kind"), "{area_kind} = 'lsoa' AND {area} !~ '^E01[0-9]{{6}}$'", LSOA_REASON),
    )


def verified_after(event: str) -> RowRule:
    return RowRule(
        ("verified_on", event), f"{{verified_on}} < {{{event}}}", f"verified_on is before {event}.", only_warns=True
    )


def one_spell_at_a_time(table: str, *subject: str, reason: str, only_warns: bool) -> SetRule:
    """Find spells of one subject that share a day; the later beginning one is reported, or the one in the package."""

    def findings(relations: Relations) -> Iterator[str]:
        columns = (*subject, "from_date", "to_date")
        keys = ", ".join(f'"{column}"' for column in subject)
        window = f"PARTITION BY {keys} ORDER BY from_date, line NULLS FIRST, id"
        among = f'"{subject[0]}" IN (SELECT "{subject[0]}" FROM {relations.after(table, subject[0])} of_package)'
        yield f"""
            SELECT {str(only_warns).lower()}, {literal(table + ".csv")}, line, 'from_date', from_date::text,
                   {literal(reason)}
            FROM (
                SELECT line, from_date, to_date,
                    max(coalesce(to_date, 'infinity'::date)) OVER (
                        {window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS taken_until,
                    min(from_date) FILTER (WHERE line IS NULL) OVER (
                        {window} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS taken_from
                FROM {relations.outcome(table, *columns, existing_where=among)} spell
                WHERE from_date IS NOT NULL AND "{subject[0]}" IS NOT NULL
                    AND (to_date IS NULL OR to_date >= from_date)
            ) spells
            WHERE line IS NOT NULL
                AND (from_date <= taken_until OR coalesce(to_date, 'infinity'::date) >= taken_from)
        """

    return SetRule((table,), findings)


def not_before_registration(table: str, column: str) -> SetRule:
    """Warn of events of a client before the day of registration."""

    def findings(relations: Relations) -> Iterator[str]:
        yield f"""
            SELECT true, {literal(table + ".csv")}, e.line, {literal(column)}, e."{column}"::text,
                   'This is before the day the client was registered.'
            FROM {relations.after(table, "client_id", column)} e {relations.parent("clients", "e.client_id", "c")}
            WHERE e."{column}" < {relations.value("clients", "c", "registered_on")}
        """

    return SetRule((table,), findings)


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
