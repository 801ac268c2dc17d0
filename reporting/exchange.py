"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

import re
from collections.abc import Iterator

from partners.models import Postcode, PriorityArea
from partners.platform.exchange.columns import Shape
from partners.platform.exchange.declarations import Relations, RowRule, SetRule
from partners.platform.exchange.relations import literal
from partners.platform.exchange.shapes import LSOA_REASON, is_financial_year
from reporting.models.claim import SIGNED_HERE

# Where areas of each kind stand, besides the postcodes and priority areas of the consortium.
_NAMED = {"ward": ("client_addresses", "centres"), "lsoa": ("client_addresses", "centres")}
_NAMED["district"] = ("client_addresses", "employers")


def unknown_area(table: str) -> SetRule:
    """Warn of an area that nothing else names, where anything names areas of its kind."""

    def findings(relations: Relations) -> Iterator[str]:
        if not relations.is_staged(table):
            return
        priority, postcode = PriorityArea._meta.db_table, Postcode._meta.db_table
        known = [
            f"SELECT '{kind}', \"{kind}\" FROM {relations.outcome(name, kind)} rows"
            for kind, tables in _NAMED.items()
            for name in tables
        ]
        known += [f"SELECT '{kind}', \"{kind}\" FROM {postcode}" for kind in _NAMED]
        known += [
            f"SELECT '{kind}', \"{kind}\" FROM {priority} WHERE consortium_id = {relations.consortium_id}"
            for kind in _NAMED
        ]
        if table != TARGETS_NAME:
            known.append(f"SELECT area_kind, area FROM {relations.outcome(TARGETS_NAME, 'area_kind', 'area')} rows")
        yield f"""
            WITH known (kind, area) AS MATERIALIZED ({" UNION ".join(known)})
            SELECT true, {literal(table + ".csv")}, line, 'area', area,
                   'Nothing else names this area. Look how it is spelled.'
            FROM {relations.after(table, "area_kind", "area")} rows
            WHERE area_kind <> 'consortium' AND area <> ''
                AND EXISTS (SELECT 1 FROM known WHERE kind = area_kind AND known.area <> '')
                AND NOT EXISTS (SELECT 1 FROM known WHERE kind = area_kind AND known.area = rows.area)
        """

    return SetRule((table,), findings)


AREA_IS_AN_LSOA = RowRule(("area", "area_kind"), "{area_kind} = 'lsoa' AND {area} !~ '^E01[0-9]{{6}}$'", LSOA_REASON)


TARGETS_NAME = "targets"
_QUARTER = re.compile(r"([0-9]{4}-[0-9]{2})-Q[1-4]", re.ASCII)


def is_quarter(value: str) -> bool:
    match = _QUARTER.fullmatch(value)
    return bool(match) and is_financial_year(match[1])  # type: ignore[index]


QUARTER = Shape(is_quarter, "A quarter is written like 2007-08-Q1.")


def one_claim_of_a_quarter(relations: Relations) -> Iterator[str]:
    """Refuse two claims of one kind and quarter (exchange README, "Refused")."""
    if relations.is_staged("claims"):
        yield f"""
            SELECT false, 'claims.csv', line, 'quarter', quarter, 'There is another claim of this kind and quarter.'
            FROM (SELECT line, quarter,
                      row_number() OVER (PARTITION BY kind, quarter ORDER BY line NULLS FIRST) AS place
                  FROM {relations.outcome("claims", "kind", "quarter")} rows) places
            WHERE line IS NOT NULL AND place > 1
        """


def as_signed_here(table: str, columns: tuple[str, ...], signed: str) -> SetRule:
    """Refuse what would change a claim that was signed here; ``signed`` is SQL over the stored row ``m``."""

    def findings(relations: Relations) -> Iterator[str]:
        for column in columns:
            if relations.has(table, column):
                yield f"""
                    SELECT false, {literal(table + ".csv")}, line, {literal(column)}, value, {literal(SIGNED_HERE)}
                    FROM {relations.differing(table, column, where=signed)} differing
                """

    return SetRule((table,), findings)


def nothing_added_to_it(relations: Relations) -> Iterator[str]:
    if relations.has("claim_lines", "claim_id"):
        signed = f"""EXISTS (SELECT FROM reporting_claim signed WHERE signed.consortium_id = {relations.consortium_id}
                     AND signed.external_id = s.claim_id AND signed.filed_id IS NOT NULL)"""
        yield f"""
            SELECT false, 'claim_lines.csv', line, 'claim_id', value, {literal(SIGNED_HERE)}
            FROM {relations.fresh("claim_lines", "claim_id", where=signed)} fresh
        """
