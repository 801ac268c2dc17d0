"""What a claim can ask money for: the paragraphs "Items" and "Term" of "The claim" in the counting rules."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.journey import SUSTAINED
from tests.oracle.leap import latest_check
from tests.oracle.words import Book, Row, Window, day, is_eligible, is_true, known_day, known_number, number, text

CLAIMED_FROM = ("dwp", "department for work and pensions")
JOB_ITEMS = ("job_start", "sustained_13w", "sustained_26w", "sustained_52w")
ITEMS = (*JOB_ITEMS, "spend")

# What makes two things one item: "same name, same job or expenditure".
ItemKey = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """A job start, a sustained week of a job, or spend; `of` is the id of its job or expenditure.

    `happened_on` is the job's `started_on` or the day the spend was incurred; `amount` is that of spend, a job's item
    has a price instead; `table` and `id` say where its proof stands.
    """

    name: str
    of: str
    contract: str
    happened_on: date
    own_day: date
    proof: date | None
    table: str
    id: str
    person: str = ""
    amount: Fraction | None = None
    eligible: bool = True

    @property
    def key(self) -> ItemKey:
        return self.name, self.of

    @property
    def is_of_a_job(self) -> bool:
        return self.name in JOB_ITEMS

    @property
    def is_credit(self) -> bool:
        """Items: "one below zero is a credit"; only spend can be one."""
        return not self.is_of_a_job and self.amount is not None and self.amount < 0


@dataclass
class Items:
    """The items of a book with their own day inside `window`, and what their contracts pay for them."""

    book: Book
    window: Window
    terms: dict[str, list[Row]] = field(default_factory=dict)
    existing: dict[ItemKey, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for term in self.book.rows("contract_terms"):
            self.terms.setdefault(term["contract_id"], []).append(term)
        for item in [*self._of_jobs(), *self._of_spend()]:
            if self.window.holds(item.own_day):
                self.existing[item.key] = item

    def contract(self, id_: str) -> Row:
        return self.book.row("contracts", id_)

    def stream(self, contract: str) -> str:
        return self.contract(contract)["funding_stream_id"]

    def is_claimed_from(self, contract: str) -> bool:
        """Whether the contract's stream is one of those that the claim covers."""
        funder = text(self.book.row("funding_streams", self.stream(contract)), "funder")
        return funder.strip().lower() in CLAIMED_FROM

    def has_terms(self, contract: str) -> bool:
        return contract in self.terms

    # Items

    def _of_jobs(self) -> list[Item]:
        """Items: "A counted job whose contract is such a one and has terms"."""
        found = []
        for job in self.book.counted_jobs():
            contract = text(job, "contract_id")
            if not contract or not self.is_claimed_from(contract) or not self.has_terms(contract):
                continue
            found.append(self._of_job(job, "job_start", 0, job, "jobs"))
            for week, days in SUSTAINED.items():
                check = latest_check(self.book, job, week)
                if check and is_true(check, "in_work"):
                    found.append(self._of_job(job, f"sustained_{week}w", days, check, "employment_checks"))
        return found

    @staticmethod
    def _of_job(job: Row, name: str, days: int, proof: Row, table: str) -> Item:
        started = known_day(job, "started_on")
        return Item(
            name=name,
            of=job["id"],
            contract=job["contract_id"],
            happened_on=started,
            own_day=started + timedelta(days=days),
            proof=day(proof, "verified_on"),
            table=table,
            id=proof["id"],
            person=job["client_id"],
        )

    def _of_spend(self) -> list[Item]:
        """Items: "An expenditure of such a contract is an item `spend`", whether the contract has terms or none."""
        return [
            Item(
                name="spend",
                of=row["id"],
                contract=row["contract_id"],
                happened_on=known_day(row, "incurred_on"),
                own_day=known_day(row, "incurred_on"),
                proof=day(row, "defrayed_on"),
                table="expenditure",
                id=row["id"],
                amount=known_number(row, "amount"),
                eligible=is_eligible(row),
            )
            for row in self.book.rows("expenditure")
            if self.is_claimed_from(row["contract_id"])
        ]

    # What they are worth

    def term(self, item: Item) -> Row | None:
        """Term: "in force on its own day ... of several the latest `from_date`, empty first, then the highest `id`"."""
        in_force = [
            term
            for term in self.terms.get(item.contract, [])
            if term["item"] == item.name
            and (day(term, "from_date") or date.min) <= item.own_day <= (day(term, "to_date") or date.max)
        ]
        return max(in_force, key=lambda term: (text(term, "from_date"), term["id"]), default=None)

    def worth(self, item: Item) -> Fraction | None:
        """Worth: the price of a job's item, nothing known when it has none; of spend its amount, unrounded."""
        if not item.is_of_a_job:
            return item.amount
        term = self.term(item)
        return number(term, "unit_price") if term else None
