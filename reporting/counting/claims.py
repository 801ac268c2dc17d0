"""The count of a claim: what is asked of a funder, what is taken back, and what is left out by which rule.

Contract KPIS.md, "The claim". Items, terms, the first six rules and the corrections are sets, in SQL. The last three
rules ask what was claimed before an item, so the items that pass the others are walked once, in their order. A pack
declares the claims to other funders (``claims.json``): the same count, with the items and rules that it names.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from typing import Any, NamedTuple, Protocol

from partners.models import Consortium
from partners.platform.sql_files import sql
from reporting.counting.windows import Quarter
from reporting.enums import CLAIMED_ITEMS, RULES, LeftOut

# More digits than any sum of amounts has: sums are exact.
EXACT = Context(prec=500)
WHITE_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))


@dataclass(frozen=True)
class Funder:
    """Whose claim it is: the kind of its signed claims, and the names a stream's funder may have, in small letters.

    ``streams`` are the ids of those that it pays for, where that is not all of the funder's; ``items`` what may be
    claimed, ``rules`` which of the nine leave something out.
    """

    kind: str
    names: tuple[str, ...]
    streams: tuple[str, ...] = ()
    items: tuple[str, ...] = CLAIMED_ITEMS
    rules: tuple[str, ...] = RULES


def declared_claims(consortium: Consortium) -> list[dict[str, Any]]:
    """Return the claims to other funders than the Department, as the consortium's pack declares them."""
    rows: list[dict[str, Any]] = consortium.pack_data.get("claims", [])
    return rows


def funder_of(row: dict[str, Any]) -> Funder:
    return Funder(
        kind=row["code"],
        names=tuple(name.strip().lower() for name in row["funders"]),
        streams=tuple(row["streams"]),
        items=tuple(row["items"]),
        rules=tuple(row["rules"]),
    )


class Item(NamedTuple):
    """An item that may be claimed: pounds for each, unrounded; ``person`` and ``term`` of a job's item alone."""

    place: int
    name: str
    person: int | None
    stream: int
    contract: int
    term: int | None
    cap: int | None
    worth: Decimal


class Stands(NamedTuple):
    """A line of an earlier claim that stands, with the person, stream and term of its item today."""

    name: str
    person: int | None
    stream: int
    contract: int
    term: int | None
    amount: Decimal


@dataclass
class Taken:
    """What stands and was claimed so far; ``rules`` are those that may refuse an item."""

    values: Mapping[int, Decimal]
    rules: Collection[str] = RULES
    pounds: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    people: set[tuple[str, int, int]] = field(default_factory=set)
    numbers: Counter[int] = field(default_factory=Counter)

    def take(self, line: Item | Stands, amount: Decimal) -> None:
        self.pounds[line.contract] += amount
        if line.person is not None:
            self.people.add((line.name, line.person, line.stream))
            if line.term is not None:
                self.numbers[line.term] += 1

    def refuses(self, item: Item) -> LeftOut | None:
        """Return the first of the last three rules that holds for an item."""
        return next((rule for rule in self.broken_by(item) if rule in self.rules), None)

    def broken_by(self, item: Item) -> Iterator[LeftOut]:
        if item.person is not None:
            if (item.name, item.person, item.stream) in self.people:
                yield LeftOut.PERSON_CLAIMED
            if item.cap is not None and item.term is not None and self.numbers[item.term] >= item.cap:
                yield LeftOut.OVER_CAP
        if item.worth > 0 and self.pounds[item.contract] + item.worth > self.values[item.contract]:
            yield LeftOut.OVER_VALUE


def left_out(
    candidates: Iterable[Item],
    standing: Iterable[Stands],
    values: Mapping[int, Decimal],
    rules: Collection[str] = RULES,
) -> Iterator[tuple[int, LeftOut]]:
    """Yield the places of the items that are left out, in the order of the candidates; every other one is claimed."""
    with localcontext(EXACT):
        taken = Taken(values, rules)
        for line in standing:
            taken.take(line, line.amount)
        for item in candidates:
            reason = taken.refuses(item)
            if reason:
                yield item.place, reason
            else:
                taken.take(item, item.worth)


class Session(Protocol):
    """The count in hand, as it is asked here (:class:`reporting.counting.engine.Counting`)."""

    quarter: Quarter

    def execute(self, sql: str, parameters: dict[str, Any]) -> None: ...

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]: ...


STEPS = ("claim_contracts", "claim_earlier", "claim_jobs", "claim_dated", "claim_items", "claim_standing")
CANDIDATES = """
    SELECT place, item, person_id, stream_id, contract_id, term_id, cap, worth
    FROM count_claim_items item
    WHERE reason IS NULL
        AND NOT EXISTS (SELECT FROM count_claim_standing line WHERE line.place = item.place AND NOT line.is_taken_back)
    ORDER BY place
"""
STANDING = """
    SELECT item, person_id, stream_id, contract_id, term_id, amount FROM count_claim_standing WHERE NOT is_taken_back
"""


def claim_sql() -> str:
    return ";\n".join(sql("reporting", name) for name in (*STEPS, "claim_records"))


def make_claim(session: Session, funder: Funder) -> None:
    """Make the table of a claim's records, ``count_<kind>``."""
    quarter = session.quarter
    parameters = {
        "kind": funder.kind,
        "claim_quarter": str(quarter),
        "financial_year": quarter.financial_year,
        "funders": list(funder.names),
        "streams": list(funder.streams),
        "items": list(funder.items),
        "rules": list(funder.rules),
        "white_space": WHITE_SPACE,
    }
    for step in STEPS:
        table(session, step, sql("reporting", step), parameters)
    values = dict(session.rows("SELECT contract_id, value FROM count_claim_contracts WHERE is_paid"))
    candidates = map(Item._make, session.rows(CANDIDATES))
    standing = map(Stands._make, session.rows(STANDING))
    found = list(left_out(candidates, standing, values, funder.rules))
    session.execute(
        "UPDATE count_claim_items item SET reason = found.reason"
        " FROM unnest(%(places)s::bigint[], %(reasons)s::text[]) AS found (place, reason)"
        " WHERE item.place = found.place",
        {"places": [place for place, _ in found], "reasons": [str(reason) for _, reason in found]},
    )
    table(session, funder.kind, sql("reporting", "claim_records"), parameters)


def table(session: Session, name: str, query: str, parameters: dict[str, Any]) -> None:
    session.execute(f"DROP TABLE IF EXISTS pg_temp.count_{name}", {})
    session.execute(f"CREATE TEMPORARY TABLE count_{name} ON COMMIT DROP AS {query}", parameters)
    session.execute(f"ANALYZE count_{name}", {})
