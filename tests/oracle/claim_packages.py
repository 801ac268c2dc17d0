"""Random small exchange packages about claims, crowded round the edges of "The claim" in the counting rules.

They are made as those of `packages.py` are, by hypothesis or from a seed. `claim_writer.py` makes what can be claimed;
here are the claims of other quarters, most of whose lines stand.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.claim_items import ITEMS
from tests.oracle.claim_lines import KIND
from tests.oracle.claim_writer import CREDITS, PRICES, SPENT, ClaimableWriter
from tests.oracle.journey import SUSTAINED
from tests.oracle.packages import QUARTERS, Drawn, Seeded, Tables
from tests.oracle.words import Row, quarter_days

CLAIM_QUARTERS = tuple(sorted(("2006-07-Q4", *QUARTERS, "2008-09-Q3", "2009-10-Q1")))
AIMED_AT = ("claim_job_start", "claim_spend", "claim_corrections", "claim_total", "claim_left_out")


@dataclass
class ClaimWriter(ClaimableWriter):
    """Makes the tables of a package about the claim of one quarter."""

    # What the last line asked for: the next one often asks for the same, of another job of the same person.
    claimed: Row = field(default_factory=dict)
    claimed_item: str = "job_start"

    def claims(self) -> None:
        """Of quarters around this one, the later ones signed later; this quarter's and later ones mean nothing."""
        recent = [quarter for quarter in CLAIM_QUARTERS if "2007-08" <= quarter < self.quarter][-3:]
        for quarter in CLAIM_QUARTERS:
            if self.one_in(2 if quarter in recent else 6):
                signed_on = quarter_days(quarter)[1] + timedelta(days=self.choose.number(1, 60))
                self.add("claims", kind=KIND, quarter=quarter, signed_on=signed_on)
        for claim in self.tables.get("claims", []):
            for _ in range(self.choose.number(1, 10) * self.scale):
                self.line(claim["id"], quarter_days(claim["quarter"])[1])
        for line in list(self.tables.get("claim_lines", [])):
            if self.one_in(6):
                self.correction(line)

    def line(self, claim: str, last: date) -> None:
        """Mostly an item as the package has it; its amount or its contract may have changed since."""
        again = self.claimed_item
        item = self.choose.among((*ITEMS, "job_start", "spend", "spend", again, again, again))
        records = self.claimable(item, last)
        if not records:
            return
        record = self.choose.among(records)
        self.claimed, self.claimed_item = record, item
        proof = record["defrayed_on"] if item == "spend" else record["verified_on"]
        contract = record["contract_id"]
        amount = record["amount"] if item == "spend" else self.choose.among(PRICES)
        self.add(
            "claim_lines",
            claim_id=claim,
            contract_id=self.choose.among(self.ids("contracts")) if self.one_in(8) or not contract else contract,
            item=item,
            job_id="" if item == "spend" else record["id"],
            expenditure_id=record["id"] if item == "spend" else "",
            client_id="" if item == "spend" or self.one_in(6) else self.choose.among(self.people),
            amount=self.choose.among(SPENT + CREDITS) if self.one_in(8) else amount,
            corrects_id="",
            rejected_on=self.rejection(last, proof) if self.one_in(4) else None,
        )

    def claimable(self, item: str, last: date) -> list[dict[str, str]]:
        """What can have been claimed by a quarter's end, often of one person again; now and then anything."""
        records = self.tables.get("expenditure" if item == "spend" else "jobs", [])
        if self.one_in(8):
            return records
        if item == "spend":
            return [row for row in records if row["incurred_on"] <= last.isoformat()]
        week = item.removeprefix("sustained_").removesuffix("w")
        latest = last - timedelta(days=SUSTAINED.get(week, 0))
        checked = {check["job_id"] for check in self.tables.get("employment_checks", []) if check["week"] == week}
        found = [
            row
            for row in records
            if row["contract_id"] in self.paid_by_job
            and row["started_on"] <= latest.isoformat()
            and (week not in SUSTAINED or row["id"] in checked)
        ]
        person, last_of = self.claimed.get("client_id"), self.claimed.get("id")
        another = [row for row in found if row["client_id"] == person and row["id"] != last_of]
        return another if another and not self.one_in(4) else found

    def rejection(self, signed_about: date, proof: str = "") -> date:
        """A day on or beside the quarter's end, of some proof, often its own, or soon after the claim."""
        proven = [*self.tables.get("jobs", []), *self.tables.get("employment_checks", [])]
        proofs = [*[proof] * 4, *(row["verified_on"] for row in proven)]
        days = [date.fromisoformat(day) for day in proofs if day]
        edges = [self.last, self.last + timedelta(days=1), signed_about + timedelta(days=10)]
        return self.choose.among(days if days and self.one_in(2) else edges)

    def correction(self, line: dict[str, str]) -> None:
        """In any of the claims, also in the one of its line or in an earlier one; a few name no line or another."""
        wrong = self.choose.among(["", *self.ids("claim_lines")])
        self.add(
            "claim_lines",
            claim_id=self.choose.among([line["claim_id"], *self.ids("claims")]),
            contract_id=line["contract_id"],
            item="correction",
            job_id=line["job_id"],
            expenditure_id=line["expenditure_id"],
            client_id=line["client_id"],
            amount=negative(line["amount"]),
            corrects_id=wrong if self.one_in(6) else line["id"],
            rejected_on=self.rejection(self.last) if self.one_in(4) else None,
        )

    def targets(self) -> None:
        for _ in range(self.choose.number(0, 2)):
            self.add(
                "targets",
                indicator=self.choose.among(AIMED_AT),
                area_kind="consortium",
                period=self.quarter[:7],
                value=self.choose.among(("12", "17.50")),
            )

    def package(self, clients: int) -> Tables:
        self.ground()
        self.streams_and_contracts()
        for _ in range(clients):
            self.client()
        self.spend()
        self.claims()
        self.targets()
        return self.tables


def negative(amount: str) -> str:
    return amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"


@st.composite
def claim_packages(draw: st.DrawFn, most_clients: int = 8) -> tuple[str, Tables]:
    """A quarter and the tables of a package around its claim."""
    quarter = draw(st.sampled_from(QUARTERS))
    clients = draw(st.integers(1, most_clients))
    return quarter, ClaimWriter(Drawn(draw), quarter).package(clients)


def random_claim_tables(seed: int, clients: int, quarter: str) -> Tables:
    """The tables of a package of any size; the same seed makes the same package."""
    writer = ClaimWriter(Seeded(random.Random(seed)), quarter, scale=1 + clients // 20)  # noqa: S311 -- test data, not secrets
    return writer.package(clients)
