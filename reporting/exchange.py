"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from collections.abc import Iterator

from partners.models import Postcode, PriorityArea
from partners.platform.exchange.declarations import Relations, RowRule, SetRule
from partners.platform.exchange.relations import literal
from partners.platform.exchange.shapes import LSOA_REASON

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
