"""Rules that many tables share (exchange/README.md, "Refused" and "Taken with a warning")."""

from collections.abc import Iterator

from partners.platform.exchange.declarations import Relations, SetRule
from partners.platform.exchange.relations import literal


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
