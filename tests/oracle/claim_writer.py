"""What the random packages about claims have to claim today; the claims of before stand in `claim_packages.py`.

Most records are such that they are claimed, and one in a few is wrong in one way: else every item would be left out for
the first reasons.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.oracle.claim_items import JOB_ITEMS
from tests.oracle.journey import SUSTAINED
from tests.oracle.packages import Writer
from tests.oracle.words import quarter_days

FUNDERS = ("DWP", " dwp ", "Department for Work and Pensions", "\tDEPARTMENT FOR WORK AND PENSIONS")
OTHER_FUNDERS = ("", "LSC", "DWP West", "Department for  Work and Pensions")
PRICES = ("10", "10", "10", "33.335", "100", "0.005", "0")
SPENT = ("10", "10", "20", "99.99", "33.335", "0.005", "0", "7.004999")
CREDITS = ("-10", "-0.004", "-99.99")
VALUES = ("1000000", "1000000", "100", "53.335", "40", "30", "20.005", "10", "0")
PROGRAMME_START = date(2007, 4, 1)


@dataclass
class ClaimableWriter(Writer):
    """Makes what a claim of one quarter is about: streams, contracts, terms, people, their jobs, spend."""

    people: list[str] = field(default_factory=list)
    # The contracts whose jobs can be claimed.
    paid_by_job: set[str] = field(default_factory=set)

    @property
    def last(self) -> date:
        return quarter_days(self.quarter)[1]

    def one_in(self, many: int) -> bool:
        return self.choose.number(1, many) == 1

    def near_the_quarter(self) -> date:
        """A day up to the quarter's end, mostly; often one that many things share, now and then one on an edge."""
        if self.one_in(5):
            return self.some_day()
        if self.one_in(2):
            shared = quarter_days(self.quarter)[0] + timedelta(days=9)
            return shared - timedelta(days=self.choose.among((0, 0, 91, 182)))
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
        for _ in range(self.choose.among((1, 2, 2, 3)) * self.scale):
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
        for _ in range(self.choose.among((0, 1, 1, 2))):
            self.term(contract, "spend")

    def term(self, contract: str, item: str) -> None:
        """Many of one item begin or end on one day, or on none."""
        edge = quarter_days(self.quarter)[0]
        starts = self.choose.among((None, None, None, edge, edge - timedelta(days=60), self.near_the_quarter()))
        ends = self.choose.among((None, None, None, None, edge - timedelta(days=1), edge, self.near_the_quarter()))
        if self.one_in(3):
            starts = ends = None
        if starts and ends and ends < starts:
            starts, ends = ends, starts
        self.add(
            "contract_terms",
            contract_id=contract,
            item=item,
            unit_price="" if self.one_in(10) else self.choose.among(PRICES),
            cap=self.choose.among(("", "", "0", "1", "1", "2", "3")),
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
            another = self.choose.among(self.ids("contracts"))
            contract = self.choose.among((contract, contract, another, another, ""))
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
        if contract and self.one_in(4):
            self.enrolments(contract, start)
        for week, days in SUSTAINED.items():
            for _ in range(self.choose.among((0, 1, 1, 2))):
                self.check(job, week, start, start + timedelta(days=days))

    def proof(self, own_day: date) -> date | None:
        """Mostly a day soon after; or none, one on or just after the quarter's end, one before the event."""
        if not self.one_in(5):
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
