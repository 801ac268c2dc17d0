"""Shared tables of one count, made once, when the first indicator asks for them (SQL in ``reporting/sql/``).

A *situated* source also tells in which target groups each person was, and in which area, on the ``day`` of its row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from caseload.queries.target_groups import Relations, memberships_sql
from partners.platform.sql_files import sql
from reporting.counting.claims import Funder, Session, claim_sql, make_claim
from reporting.enums import NAMES_OF_DWP, ClaimKind


@dataclass(frozen=True)
class Source:
    """``count_<name>``; ``reads`` are made before it. ``places`` says that a situated source needs areas as well.

    With a ``funder`` it is the records of the claim to that funder.
    """

    name: str
    reads: tuple[str, ...] = ()
    groups: bool = False
    places: bool = False
    funder: Funder | None = None

    @property
    def sql(self) -> str:
        return claim_sql() if self.funder else sql("reporting", self.name)


def claim_source(funder: Funder) -> Source:
    return Source(funder.kind, reads=("people", "job_starts", "double_counts"), funder=funder)


DWP = Funder(ClaimKind.DWP.value, NAMES_OF_DWP)
SOURCES = {
    source.name: source
    for source in (
        Source("people"),
        Source("spells", reads=("people",)),
        Source("addresses", reads=("people",)),
        Source("job_starts", reads=("people",)),
        Source("double_counts", reads=("job_starts",)),
        Source("jobs", reads=("people", "double_counts"), groups=True, places=True),
        Source("checks"),
        Source("engagements", reads=("people",), groups=True),
        Source("work_placements", reads=("people",), groups=True),
        Source("first_level_2", reads=("people",), places=True),
        Source("first_stages", reads=("people",), groups=True, places=True),
        Source("trainings", reads=("people",), groups=True, places=True),
        claim_source(DWP),
    )
}

PEOPLE = "(SELECT * FROM count_people WHERE client_id = person_id)"


def places_of(moments: str) -> str:
    """Return the query of where each person lived on the day of each moment."""
    return (
        "(SELECT living.moment, address.ward, address.lsoa, address.district FROM"  # noqa: S608  names of our own tables
        " (SELECT moment.moment, moment.person_id, max(address.rank) AS rank"
        f" FROM {moments} moment JOIN count_addresses address ON address.person_id = moment.person_id"
        " AND address.from_date <= moment.day AND (address.to_date IS NULL OR address.to_date >= moment.day)"
        " GROUP BY moment.moment, moment.person_id) living"
        " JOIN count_addresses address ON address.person_id = living.person_id AND address.rank = living.rank)"
    )


class Sources:
    """Makes each shared table once, in the order they need each other."""

    def __init__(self, session: Session, groups: list[Any], funders: Iterable[Funder] = ()) -> None:
        self.session = session
        self.known = SOURCES | {funder.kind: claim_source(funder) for funder in funders}
        self.execute: Callable[[str, dict[str, Any]], None] = session.execute
        self.groups = groups
        self.made: set[str] = set()

    def need(self, *names: str) -> None:
        for name in names:
            if name not in self.made:
                self.make(self.known[name])
                self.made.add(name)

    def make(self, source: Source) -> None:
        self.need(*source.reads)
        if source.funder is not None:
            make_claim(self.session, source.funder)
            return
        if not (source.groups or source.places):
            self.table(source.name, source.sql, {})
            return
        moments = f"{source.name}_moments"
        self.table(moments, f"SELECT row_number() OVER () AS moment, plain.* FROM ({source.sql}) plain", {})  # noqa: S608
        self.situate(source, f"count_{moments}")

    def situate(self, source: Source, moments: str) -> None:
        columns, joins = "", ""
        parameters: dict[str, Any] = {}
        if source.groups:
            relations = Relations(moments=moments, people=PEOPLE, spells="count_spells", places=places_of(moments))
            memberships, parameters = memberships_sql(self.groups, relations)
            self.need("spells", *(["addresses"] if relations.places in memberships else []))
            columns += ", membership.groups"
            joins += f" LEFT JOIN ({memberships}) membership ON membership.moment = moment.moment"
        if source.places:
            self.need("addresses")
            columns += ", place.ward, place.lsoa"
            joins += f" LEFT JOIN {places_of(moments)} place ON place.moment = moment.moment"
        self.table(source.name, f"SELECT moment.*{columns} FROM {moments} moment{joins}", parameters)  # noqa: S608

    def table(self, name: str, query: str, parameters: dict[str, Any]) -> None:
        self.execute(f"DROP TABLE IF EXISTS pg_temp.count_{name}", {})
        self.execute(f"CREATE TEMPORARY TABLE count_{name} ON COMMIT DROP AS {query}", parameters)
        self.execute(f"ANALYZE count_{name}", {})
