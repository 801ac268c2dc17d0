"""The lines of `dwp_claim`: what is claimed, taken back and left out (contract/KPIS.md, "The claim").

Readings taken where the rules can be read in two ways:

1. A contract "has terms" when a term names it, of whatever item and whatever dates.
2. "An expenditure of such a contract": of a contract of such a stream, with terms or without.
3. A line is "for" an item when it has its name and its job or expenditure, whatever contract the line names. So a
   rejection follows a job to another contract, and only one line of an item ever stands.
4. Any line of an earlier claim that names a line in `corrects_id` corrects it, also one that is itself no correction.
5. A line taken back frees its item in this claim: the item is a candidate again, and its term, person and contract have
   room for others.
6. Rule 8 counts a standing line under the term that its item has today, whatever it had when it was signed.
7. Rule 9 adds standing lines as signed and what was claimed; corrections are neither, for what they take back is gone.
8. "Up to E" includes E; a proof of the day of the rejection is not after it.
9. What is left out is worth its price whichever the reason, 0 without a term or a price; a credit is worth less than 0.
10. The lines of earlier claims count in `year` and `all` whatever became of their contract's stream or its funder; the
    year is that of the claim's quarter; the day on which a claim was signed means nothing.
11. `claim_left_out` has a total row like every line, and its trace has the rows of its reasons only.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tests.oracle.claim_items import ITEMS, Item, ItemKey, Items
from tests.oracle.claim_lines import Earlier, key_of_line, was_rejected
from tests.oracle.sheet import FigureKey, Record, Sheet, how_many, how_much, without_trailing_zeros
from tests.oracle.words import Book, Row, is_open, known_day, known_number, number, text

Windows = dict[str, list[Record]]
Member = tuple[str, str]

REASONS = (
    "ineligible",
    "paid_by_outputs",
    "outside_contract",
    "not_enrolled",
    "not_proven",
    "no_price",
    "person_claimed",
    "over_cap",
    "over_value",
)
# Corrections: "one of the rules 1, 3, 4, 5 holds for it today (whatever rule 2 says)".
REASONS_TO_TAKE_BACK = ("ineligible", "outside_contract", "not_enrolled", "not_proven")


@dataclass
class Claim:
    """One quarter's claim: the corrections, then the candidates, one after the other.

    `claimed`, `taken_back` (line and the first cause that holds) and `left_out` (item and reason) are the outcome.
    """

    book: Book
    sheet: Sheet
    quarter: str
    claimed: list[Item] = field(default_factory=list)
    taken_back: list[tuple[Row, str]] = field(default_factory=list)
    left_out: list[tuple[Item, str]] = field(default_factory=list)
    # What stands and is not taken back, and what is claimed already.
    held: set[ItemKey] = field(default_factory=set)
    held_by_person: set[tuple[str, str, str]] = field(default_factory=set)
    held_by_term: Counter[str] = field(default_factory=Counter)
    held_by_contract: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def __post_init__(self) -> None:
        self.last = self.sheet.windows[0].last
        self.items = Items(self.book, self.sheet.windows[2])
        self.earlier = Earlier(self.book, self.quarter)
        self.rejections = self.earlier.rejections(self.last)

    def count(self) -> None:
        self.decide()
        self.write()

    def decide(self) -> None:
        for line in self.earlier.standing():
            cause = self.cause(line)
            if cause:
                self.taken_back.append((line, cause))
            else:
                self.hold(self.items.existing[key_of_line(line)], known_number(line, "amount"))
        candidates = [item for item in self.items.existing.values() if item.key not in self.held]
        for item in sorted(candidates, key=lambda item: (item.own_day, item.name, item.of)):
            reason = self.reason(item)
            if reason:
                self.left_out.append((item, reason))
            else:
                self.claimed.append(item)
                self.hold(item, self.worth(item))

    def hold(self, item: Item, amount: Fraction) -> None:
        self.held.add(item.key)
        self.held_by_contract[item.contract] += amount
        if item.is_of_a_job:
            self.held_by_person.add(self.by_person(item))
            term = self.items.term(item)
            if term:
                self.held_by_term[term["id"]] += 1

    def by_person(self, item: Item) -> tuple[str, str, str]:
        return item.name, item.person, self.items.stream(item.contract)

    def worth(self, item: Item) -> Fraction:
        return self.items.worth(item) or Fraction(0)

    # Corrections

    def cause(self, line: Row) -> str:
        """Why a standing line is taken back: the first cause that holds, or nothing."""
        item = self.items.existing.get(key_of_line(line))
        if item is None:
            return "gone"
        if item.contract != line["contract_id"]:
            return "other_contract"
        causes = {rule: getattr(self, rule)(item) for rule in REASONS_TO_TAKE_BACK}
        causes["rejected"] = was_rejected(line, self.last)
        causes["other_amount"] = item.name == "spend" and item.amount != known_number(line, "amount")
        causes["twice"] = item.key in self.held
        causes["person_claimed"] = self.person_claimed(item)
        return next((cause for cause, holds in causes.items() if holds), "")

    # The nine rules

    def reason(self, item: Item) -> str:
        """Rules: "in this order; the first that holds is the reason"."""
        return next((rule for rule in REASONS if getattr(self, rule)(item)), "")

    def ineligible(self, item: Item) -> bool:
        """Rule 1: "spend with `eligible` false"."""
        return not item.eligible

    def paid_by_outputs(self, item: Item) -> bool:
        """Rule 2: "spend, no credit, of a contract that has terms, without a term"."""
        is_cost = item.name == "spend" and not item.is_credit
        return is_cost and self.items.has_terms(item.contract) and self.items.term(item) is None

    def outside_contract(self, item: Item) -> bool:
        """Rule 3: "no credit; the job's `started_on`, or the day the spend was incurred" outside the contract."""
        contract = self.items.contract(item.contract)
        inside = known_day(contract, "starts_on") <= item.happened_on <= known_day(contract, "ends_on")
        return not item.is_credit and not inside

    def not_enrolled(self, item: Item) -> bool:
        """Rule 4: "a job's item; the person has enrolments on that contract, and none is open on `started_on`"."""
        if not item.is_of_a_job:
            return False
        enrolments = [
            row for row in self.book.of_client("enrolments", item.person) if row["contract_id"] == item.contract
        ]
        is_enrolled = any(is_open(row, item.happened_on, "started_on", "ended_on") for row in enrolments)
        return bool(enrolments) and not is_enrolled

    def not_proven(self, item: Item) -> bool:
        """Rule 5: "no proof, or proof after E, or proof not dated after" every rejection of the item; no credit."""
        if item.is_credit:
            return False
        if item.proof is None or item.proof > self.last:
            return True
        return any(item.proof <= rejected_on for rejected_on in self.rejections.get(item.key, []))

    def no_price(self, item: Item) -> bool:
        """Rule 6: "a job's item without a term, or whose term has no `unit_price`"."""
        return item.is_of_a_job and self.items.worth(item) is None

    def person_claimed(self, item: Item) -> bool:
        """Rule 7: the same person has an item of the same name under the same stream that stands or was claimed."""
        return item.is_of_a_job and self.by_person(item) in self.held_by_person

    def over_cap(self, item: Item) -> bool:
        """Rule 8: "when as many items with that term stand or were claimed before it"; spend has no cap."""
        term = self.items.term(item) if item.is_of_a_job else None
        cap = number(term, "cap") if term else None
        return term is not None and cap is not None and self.held_by_term[term["id"]] >= cap

    def over_value(self, item: Item) -> bool:
        """Rule 9: worth above zero, "and with it more than the contract's `value` would stand and be claimed"."""
        worth = self.worth(item)
        value = known_number(self.items.contract(item.contract), "value")
        return worth > 0 and self.held_by_contract[item.contract] + worth > value

    # What signing writes

    def lines(self) -> list[Row]:
        """Signing writes "one line per item claimed, its amount the worth, unrounded, and one per correction"."""
        claimed = [
            {
                "item": item.name,
                "contract_id": item.contract,
                "job_id": item.of if item.is_of_a_job else "",
                "expenditure_id": "" if item.is_of_a_job else item.of,
                "client_id": item.person,
                "amount": without_trailing_zeros(self.worth(item)),
                "corrects_id": "",
            }
            for item in self.claimed
        ]
        same = ("contract_id", "job_id", "expenditure_id", "client_id")
        corrections = [
            {
                "item": "correction",
                **{column: text(line, column) for column in same},
                "amount": without_trailing_zeros(-known_number(line, "amount")),
                "corrects_id": line["id"],
            }
            for line, _ in self.taken_back
        ]
        return claimed + corrections

    # The sheet

    def write(self) -> None:
        everything: Windows = {"quarter": [], "year": [], "all": []}
        for name in (*ITEMS, "correction"):
            windows = self.windows(name)
            members = [*members_of(windows, "contract"), *members_of(windows, "funding_stream")]
            self.write_line("claim_corrections" if name == "correction" else f"claim_{name}", windows, members)
            for window, records in windows.items():
                everything[window] += records
        self.write_total(everything)
        self.write_left_out()

    def windows(self, name: str) -> Windows:
        """Window `quarter` is this claim; `year` and `all` add the earlier lines "as signed"."""
        now = self.taken_back_now() if name == "correction" else self.claimed_now(name)
        before = [line for line in self.earlier.lines if line["item"] == name]
        return {
            "quarter": now,
            "year": now + [self.signed(line) for line in before if self.earlier.of_year(line)],
            "all": now + [self.signed(line) for line in before],
        }

    def taken_back_now(self) -> list[Record]:
        return [
            self.record("claim_lines", line["id"], line["contract_id"], -known_number(line, "amount"))
            for line, _ in self.taken_back
        ]

    def claimed_now(self, name: str) -> list[Record]:
        return [
            self.record(item.table, item.id, item.contract, self.worth(item))
            for item in self.claimed
            if item.name == name
        ]

    def signed(self, line: Row) -> Record:
        return self.record("signed", line["id"], line["contract_id"], known_number(line, "amount"))

    def record(self, table: str, id_: str, contract: str, amount: Fraction) -> Record:
        members = (("contract", contract), ("funding_stream", self.items.stream(contract)))
        return Record(table, id_, (table, id_), members=members, amount=amount)

    def write_line(self, line: str, windows: Windows, members: list[Member]) -> None:
        """Both measures; the trace has window `quarter` and measure `number` only, of what is left out by reason."""
        self.sheet.shown_as_put.add(line)
        for dimension, member in [("", ""), *members]:
            key = FigureKey(line, "number", dimension, member)
            for window, records in windows.items():
                theirs = [record for record in records if not dimension or record.is_of(dimension, member)]
                is_traced = window == "quarter" and (line != "claim_left_out" or dimension == "reason")
                behind = theirs if is_traced else []
                self.sheet.put(key, "count", window, how_many(theirs), behind)
                self.sheet.put(key._replace(measure="amount"), "money", window, how_much(theirs))

    def write_total(self, windows: Windows) -> None:
        self.sheet.shown_as_put.add("claim_total")
        members = [*members_of(windows, "contract"), *members_of(windows, "funding_stream")]
        for dimension, member in [("", ""), *members]:
            key = FigureKey("claim_total", "value", dimension, member)
            for window, records in windows.items():
                theirs = [record for record in records if not dimension or record.is_of(dimension, member)]
                self.sheet.put(key, "money", window, how_much(theirs))

    def write_left_out(self) -> None:
        """Window `quarter` only; "reason (all nine, always)"."""
        records = []
        for item, reason in self.left_out:
            record = self.record(item.table, item.id, item.contract, self.worth(item))
            records.append(replace(record, members=(*record.members, ("reason", reason))))
        windows = {"quarter": records}
        reasons = [("reason", reason) for reason in REASONS]
        self.write_line("claim_left_out", windows, [*reasons, *members_of(windows, "contract")])


def members_of(windows: Windows, dimension: str) -> list[Member]:
    """The members that have an item in any window of a line."""
    found = {member for records in windows.values() for record in records for member in record.members}
    return sorted(member for member in found if member[0] == dimension)
