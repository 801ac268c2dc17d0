"""Random small exchange packages about claims, crowded round the edges of "The claim" in the counting rules.

They are made as those of `packages.py` are, by hypothesis or from a seed. Most records are such that they are claimed
or stand, and one in a few is wrong in one way: else every item would be left out for the first reasons.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.claim_items import ITEMS, JOB_ITEMS
from tests.oracle.claim_lines import KIND
from tests.oracle.journey import SUSTAINED
from tests.oracle.packages import QUARTERS, Drawn, Seeded, Tables, Writer
from tests.oracle.words import quarter_days

FUNDERS = ("DWP", " dwp ", "Department for Work and Pensions", "\tDEPARTMENT FOR WORK AND PENSIONS")
OTHER_FUNDERS = ("", "LSC", "DWP West", "Department for  Work and Pensions")
PRICES = ("10", "10", "10", "33.335", "100", "0.005", "0")
SPENT = ("10", "99.99", "33.335", "0.005", "0", "7.004999")
CREDITS = ("-10", "-0.004", "-99.99")
VALUES = ("1000000", "1000000", "150", "100", "20.005", "33.335", "10", "0")
CLAIM_QUARTERS = tuple(sorted(("2006-07-Q4", *QUARTERS, "2008-09-Q3", "2009-10-Q1")))
PROGRAMME_START = date(2007, 4, 1)
AIMED_AT = ("claim_job_start", "claim_spend", "claim_corrections", "claim_total", "claim_left_out")


@dataclass
class ClaimWriter(Writer):
    """Makes the tables of a package about the claim of one quarter."""

    people: list[str] = field(default_factory=list)
    # The contracts whose jobs can be claimed, and whom the last line of a job was about.
    paid_by_job: set[str] = field(default_factory=set)
    claimed_for: str = ""

    @property
    def last(self) -> date:
        return quarter_days(self.quarter)[1]

    def one_in(self, many: int) -> bool:
        return self.choose.number(1, many) == 1

    def near_the_quarter(self) -> date:
        """A day up to the quarter's end, mostly; now and then on an edge."""
        if self.one_in(4):
            return self.some_day()
        on = self.last - timedelta(days=self.choose.number(0, self.choose.among((90, 200, 420))))
        return max(on, PROGRAMME_START)

    # Streams, contracts, terms

    def ground(self) -> None:
        self.organisation = self.add("organisations", name="Organisation", type="provider")
        for _ in range(self.choose.number(1, 3) * self.scale):
            self.add("employers", name="Employer", sector="care", size_band="small", ownership="private")

    def streams_and_contracts(self) -> None:
        for _ in range(self.choose.among((1, 1, 2, 3)) * self.scale):
            funder = self.choose.among(OTHER_FUNDERS if self.one_in(8) else FUNDERS)
            self.add("funding_streams", name="Stream", funder=funder, mainstream="false")
        for _ in range(self.choose.number(1, 4) * self.scale):
            starts = self.near_the_quarter() if self.one_in(6) else date(2006, 1, 1)
            ends = self.near_the_quarter() if self.one_in(6) else date(2010, 3, 31)
            contract = self.add(
                "contracts",
                title="Contract",
                provider_id=self.organisation,
                funding_stream_id=self.choose.among(self.ids("funding_streams")),
                starts_on=min(starts, ends),
                ends_on=max(starts, ends),
                value=self.choose.among(VALUES),
            )
            if not self.one_in(5):
                self.terms(contract)

    def terms(self, contract: str) -> None:
        self.paid_by_job.add(contract)
        for item in JOB_ITEMS:
            for _ in range(0 if self.one_in(8) else self.choose.among((1, 1, 2, 3))):
                self.term(contract, item)
        for _ in range(self.choose.among((0, 0, 1, 2))):
            self.term(contract, "spend")

    def term(self, contract: str, item: str) -> None:
        """Many of one item begin or end on one day, or on none."""
        edge = quarter_days(self.quarter)[0]
        starts = self.choose.among((None, None, None, edge, edge - timedelta(days=60), self.near_the_quarter()))
        ends = self.choose.among((None, None, None, None, edge - timedelta(days=1), edge, self.near_the_quarter()))
        if starts and ends and ends < starts:
            starts, ends = ends, starts
        self.add(
            "contract_terms",
            contract_id=contract,
            item=item,
            unit_price="" if self.one_in(10) else self.choose.among(PRICES),
            cap=self.choose.among(("", "", "", "0", "1", "2", "3")),
            from_date=starts,
            to_date=ends,
        )

    # People, their jobs, the spend

    def client(self) -> None:
        self.who = self.add(
            "clients",
            given_name="Pat",
            family_name="Example",
            registered_on="2006-01-01",
            organisation_id=self.organisation,
        )
        self.people.append(self.who)
        start, contract = self.near_the_quarter(), self.choose.among(self.ids("contracts"))
        for _ in range(self.choose.number(0, 4)):
            self.job(start, contract)
            contract = self.choose.among((contract, contract, contract, self.choose.among(self.ids("contracts")), ""))
            start = self.choose.among((start, self.after(start), self.after(start), self.near_the_quarter()))

    def job(self, start: date, contract: str) -> None:
        job = self.add(
            "jobs",
            client_id=self.who,
            employer_id=self.choose.among(["", *self.ids("employers"), *self.ids("employers")]),
            contract_id=contract,
            started_on=start,
            evidence="payslip",
            verified_on=self.proof(start),
            recorded_on=start,
        )
        if contract and self.one_in(3):
            self.enrolments(contract, start)
        for week, days in SUSTAINED.items():
            for _ in range(self.choose.among((0, 1, 1, 2))):
                self.check(job, week, start, start + timedelta(days=days))

    def proof(self, own_day: date) -> date | None:
        """Mostly a day soon after; or none, one on or just after the quarter's end, one before the event."""
        if not self.one_in(4):
            return own_day + timedelta(days=self.choose.number(0, 20))
        return self.choose.among((None, self.last, self.last + timedelta(days=1), own_day - timedelta(days=1)))

    def check(self, job: str, week: str, start: date, own_day: date) -> None:
        self.add(
            "employment_checks",
            job_id=job,
            week=week,
            checked_on=max(start, own_day + timedelta(days=self.choose.among((0, 0, 1, -1, 40)))),
            in_work="false" if self.one_in(5) else "true",
            evidence="payslip",
            verified_on=self.proof(own_day),
        )

    def enrolments(self, contract: str, start: date) -> None:
        """Open on the job's first day or closed just before it, begun too late, or on another contract or client."""
        for _ in range(self.choose.number(1, 2)):
            begun = start - timedelta(days=self.choose.among((0, 30, 30, 30, -1)))
            ended = self.choose.among((None, None, None, start, start - timedelta(days=1)))
            self.add(
                "enrolments",
                client_id=self.choose.among(self.people) if self.one_in(5) else self.who,
                contract_id=self.choose.among(self.ids("contracts")) if self.one_in(5) else contract,
                started_on=begun,
                ended_on=None if ended is None else max(begun, ended),
            )

    def spend(self) -> None:
        for _ in range(self.choose.number(0, 6) * self.scale):
            on = self.near_the_quarter()
            self.add(
                "expenditure",
                contract_id=self.choose.among(self.ids("contracts")),
                incurred_on=on,
                amount=self.choose.among(CREDITS if self.one_in(4) else SPENT),
                defrayed_on=self.proof(on),
                eligible=self.choose.among(("false", "true", "true", "", "", "")),
            )

    # What was claimed before

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
        item = self.choose.among((*ITEMS, "job_start", "job_start", "spend", "spend"))
        records = self.claimable(item, last)
        if not records:
            return
        record = self.choose.among(records)
        self.claimed_for = record.get("client_id", "")
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
            rejected_on=self.rejection(last) if self.one_in(4) else None,
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
        of_the_same = [row for row in found if row["client_id"] == self.claimed_for]
        return of_the_same if of_the_same and self.one_in(2) else found

    def rejection(self, signed_about: date) -> date:
        """A day on or beside the quarter's end, of some proof, or soon after the claim."""
        proofs = [row["verified_on"] for row in self.tables.get("jobs", []) if row["verified_on"]]
        days = [date.fromisoformat(proof) for proof in proofs]
        edges = [self.last, self.last + timedelta(days=1), signed_about + timedelta(days=10)]
        return self.choose.among([*edges, signed_about - timedelta(days=60), *days])

    def correction(self, line: dict[str, str]) -> None:
        """In any of the claims, also in the one of its line or in an earlier one."""
        self.add(
            "claim_lines",
            claim_id=self.choose.among([line["claim_id"], *self.ids("claims")]),
            contract_id=line["contract_id"],
            item="correction",
            job_id=line["job_id"],
            expenditure_id=line["expenditure_id"],
            client_id=line["client_id"],
            amount=negative(line["amount"]),
            corrects_id="" if self.one_in(8) else line["id"],
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
