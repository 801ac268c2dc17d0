"""Random small exchange packages, crowded round the edges of the counting rules.

`packages()` draws them for hypothesis; `random_tables()` makes any number of clients from a seeded `random.Random`, for
`bench/compare_oracle.py`. Both walk the same code: a `Chooser` says where choices come from.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from tests.oracle.count import LEICESTER_LSOAS
from tests.oracle.journey import BENEFITS, PLACEMENT_KINDS, STAGES
from tests.oracle.leap import OWNERSHIPS, SIZE_BANDS, TRAINING_RESULTS
from tests.oracle.words import less_months, quarter_days

T = TypeVar("T")
Tables = dict[str, list[dict[str, str]]]

QUARTERS = ("2007-08-Q1", "2007-08-Q2", "2007-08-Q3", "2007-08-Q4", "2008-09-Q1", "2008-09-Q2", "2008-09-Q4")
# Their order by code point is not the order of numbers, of upper and lower case, nor of a dictionary.
ID_STARTS = ("10", "9", "a", "B", "é", "Z", "-", "ß", "b", "~", "01", "中")
STATUSES = ("offender", "new_arrival", "refugee", "economic_migrant", "neet", "lone_parent", "drug_alcohol", "carer")
ETHNICITIES = (
    "",
    "not_stated",
    "white_british",
    "white_other",
    "mixed_other",
    "asian_indian",
    "black_african",
    "other",
)
PRIORITY = tuple(sorted(LEICESTER_LSOAS))[:3]
LSOAS = ("", *PRIORITY, "E01099999", "E01013604")
WARDS = ("", "Abbey", "Coleman", "St George's, West", "étoile")
SECTORS = ("retail", "care", "construction", "Retail")
MANAGER_NAMES = ("Ann Smith", " ann smith", "ANN SMITH ", "Bob", "Élodie Roy", "éLODIE ROY", "Bob Jones")
BIRTHDAYS = ((2, 28), (2, 29), (3, 1), (6, 30), (7, 1), (1, 1), (12, 31), (10, 1))
LEVELS = ("entry1", "entry2", "entry3", "1", "2", "3", "4")
DIMENSIONS = ("skills", "motivation", "health")
CENTRE_KINDS = ("training_employment_centre", "multi_agency_locality", "access_centre", "outreach")
AGREEMENTS = ("fair_employment_standard", "jigs", "agency_standard", "in_work_training", "placement_offer")
ACTIVITIES = ("engagement", "survey", "consultation", "centre_visit", "contact", "appointment")
CODES_OF_SPEND = (
    "kpi_4",
    "kpi_5",
    "kpi_6",
    "kpi_8",
    "kpi_12",
    "kpi_22",
    "kpi_23",
    "kpi_24",
    "kpi_25",
    "headline_total",
)
MORE_CODES_OF_SPEND = ("kpi_9", "kpi_21", "kpi_1", "headline_ib", "made_up", "")
AIMED_AT = ("kpi_3", "kpi_4", "kpi_6", "kpi_22", "kpi_24", "kpi_25", "headline_ib", "journey_engaged", "flow_time")
AMOUNTS = ("0", "0.005", "0.015", "10", "99.99", "33.335", "1000.1", "250000", "0.1", "7.004999")
CREDITS = ("-10", "-0.004", "-99.99", "-0.005")
OBSERVED = ("0", "10", "12.50", "-3.10", "100", "0.001", "33", "1000.0", "99.95", "-0.0")
WAGES = ("", "5.35", "5.52", "5.520", "6", "6.00", "11.2", "0")

BEFORE_THE_PROGRAMME = date(2007, 3, 31)
# Days between things that the rules count: double counts, 13, 26 and 52 weeks.
STEPS = (0, 1, 7, 27, 28, 29, 56, 57, 58, 90, 91, 92, 182, 364)


class Chooser(Protocol):
    def among(self, options: Sequence[T]) -> T: ...

    def number(self, least: int, most: int) -> int: ...


@dataclass
class Drawn:
    """Choices that hypothesis makes, and makes smaller when a test fails."""

    draw: st.DrawFn

    def among(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))


@dataclass
class Seeded:
    """Choices that a seed makes."""

    dice: random.Random

    def among(self, options: Sequence[T]) -> T:
        return self.dice.choice(options)

    def number(self, least: int, most: int) -> int:
        return self.dice.randint(least, most)


@dataclass
class Writer:
    """Makes the tables of a package about one quarter."""

    choose: Chooser
    quarter: str
    scale: int = 1
    tables: Tables = field(default_factory=dict)

    def add(self, table: str, **cells: object) -> str:
        rows = self.tables.setdefault(table, [])
        id_ = f"{self.choose.among(ID_STARTS)}{len(rows)}"
        rows.append({"id": id_, **{name: written(cell) for name, cell in cells.items()}})
        return id_

    def ids(self, table: str) -> list[str]:
        return [row["id"] for row in self.tables.get(table, [])]

    def maybe(self, value: T, empty: T, one_in: int = 3) -> T:
        return empty if self.choose.number(1, one_in) == 1 else value

    def boolean(self) -> str:
        return self.choose.among(("true", "false", "true", ""))

    # Days

    def some_day(self) -> date:
        """A day on or beside an edge of a window, or anywhere near the quarter."""
        first, last = quarter_days(self.quarter)
        year_first = date(int(self.quarter[:4]), 4, 1)
        edge = self.choose.among((first, last, year_first, BEFORE_THE_PROGRAMME, first, last))
        kind = self.choose.number(1, 5)
        if kind == 1:
            return edge
        if kind == 5:
            return self.month_end(first)
        if kind == 2:
            return edge + timedelta(days=self.choose.among((-1, 1)))
        if kind == 3:
            return edge - timedelta(days=self.choose.among((91, 182, 364, 28)) + self.choose.among((-1, 0, 1)))
        return first + timedelta(days=self.choose.number(-120, 100))

    def month_end(self, first: date) -> date:
        """A day whose six months before end a shorter month, or the day after one."""
        month, day = self.choose.among(
            ((8, 31), (8, 30), (9, 1), (3, 31), (3, 30), (2, 28), (3, 1), (10, 31), (12, 31))
        )
        return date(self.choose.among((first.year, 2007, 2008)), month, day)

    def after(self, start: date) -> date:
        return start + timedelta(days=self.choose.among(STEPS))

    def end_of(self, start: date) -> date | None:
        """An end on or after `start`, often on an edge, or none."""
        chosen = self.choose.among((None, self.after(start), self.some_day()))
        return None if chosen is None else max(start, chosen)

    def beside(self, on: date) -> date:
        return on + timedelta(days=self.choose.among((-2, -1, 0, 1)))

    # Organisations, centres, employers, money

    def ground(self) -> None:
        for _ in range(self.choose.number(1, 3) * self.scale):
            spell = self.maybe(self.some_day(), None)
            self.add(
                "organisations",
                name="Organisation",
                type=self.choose.among(("health", "provider")),
                primary_health_provider=self.boolean(),
                ib_programme_from=spell,
                ib_programme_to=self.end_of(spell) if spell else None,
            )
        self.organisation = self.ids("organisations")[0]
        self.add(
            "staff",
            organisation_id=self.organisation,
            name="Sam Adviser",
            email="sam@example.org",
            role="account_manager",
        )
        for _ in range(self.choose.number(1, 3) * self.scale):
            opened = self.some_day()
            self.add(
                "centres",
                name="Centre",
                kind=self.choose.among(("training_employment_centre", *CENTRE_KINDS)),
                opened_on=opened,
                closed_on=self.end_of(opened),
                baseline=self.boolean(),
            )
        for _ in range(self.choose.number(0, 2) * self.scale):
            self.add(
                "employer_events",
                centre_id=self.choose.among(self.ids("centres")),
                title="Fair",
                held_on=self.some_day(),
            )

    def money(self) -> None:
        for _ in range(self.choose.number(1, 2) * self.scale):
            self.add("funding_streams", name="Stream", mainstream=self.choose.among(("true", "false")))
        for _ in range(self.choose.number(0, 4) * self.scale):
            self.add(
                "contributions",
                funding_stream_id=self.choose.among(self.ids("funding_streams")),
                organisation_id=self.organisation,
                financial_year="2007-08",
                amount=self.choose.among(AMOUNTS),
                status=self.choose.among(("agreed", "agreed", "proposed", "withdrawn")),
                agreed_on=self.maybe(self.some_day(), None, 5),
            )
        self.add(
            "contracts",
            title="Contract",
            provider_id=self.organisation,
            funding_stream_id=self.choose.among(self.ids("funding_streams")),
            starts_on="2006-01-01",
            ends_on="2010-12-31",
            value="1000",
        )
        for _ in range(self.choose.number(0, 5) * self.scale):
            self.add(
                "expenditure",
                contract_id=self.ids("contracts")[0],
                incurred_on=self.some_day(),
                amount=self.choose.among(AMOUNTS + CREDITS),
                indicator=self.choose.among(CODES_OF_SPEND + MORE_CODES_OF_SPEND),
                eligible=self.boolean(),
            )

    def observations(self) -> None:
        for _ in range(self.choose.number(0, 6) * self.scale):
            kind = self.choose.among(("consortium", "consortium", "ward", "lsoa"))
            area = {"consortium": "", "ward": self.choose.among(("Abbey", "Ébène")), "lsoa": PRIORITY[0]}[kind]
            self.add(
                "observations",
                indicator=self.choose.among(("kpi_8", "kpi_8", "local_rate", "local_x", "localrate", "jsa")),
                area_kind=kind,
                area=area,
                group=self.choose.among(("", "", "", "bme")),
                as_at=self.choose.among((self.some_day(), quarter_days(self.quarter)[1])),
                value=self.choose.among(OBSERVED),
                source="a survey",
            )

    def targets(self) -> None:
        year = self.quarter[:7]
        for _ in range(self.choose.number(0, 8) * self.scale):
            kind = self.choose.among(("consortium", "consortium", "ward", "lsoa"))
            area = {"consortium": "", "ward": self.choose.among(WARDS[1:]), "lsoa": PRIORITY[0]}[kind]
            self.add(
                "targets",
                indicator=self.choose.among(AIMED_AT),
                area_kind=kind,
                area=area,
                group=self.choose.among(("", "", "jsa", "ib")),
                period=self.choose.among((year, year, f"{year}-Q1", "2031-32")),
                value=self.choose.among(("0", "12", "17.50", "77")),
            )

    def employers(self) -> None:
        for _ in range(self.choose.number(1, 4) * self.scale):
            employer = self.add(
                "employers",
                name="Employer",
                sector=self.choose.among(SECTORS),
                size_band=self.choose.among(SIZE_BANDS),
                ownership=self.choose.among(OWNERSHIPS),
                employment_agency=self.choose.among(("true", "false", "false", "")),
            )
            self.account_managers(employer)
            for _ in range(self.choose.number(0, 4)):
                start = self.some_day()
                self.add(
                    "employer_agreements",
                    employer_id=employer,
                    kind=self.choose.among(AGREEMENTS),
                    from_date=start,
                    to_date=self.end_of(start),
                )
        for _ in range(self.choose.number(0, 3) * self.scale):
            start, attended = self.some_day(), self.choose.number(0, 7)
            self.add(
                "pre_recruitment",
                employer_id=self.choose.among(self.ids("employers")),
                title="Academy",
                started_on=start,
                ended_on=self.end_of(start),
                applied=20,
                invited=10,
                attended=attended,
                interviewed=3,
                offered=self.choose.number(0, 4),
            )

    def account_managers(self, employer: str) -> None:
        """One spell or two that do not meet: two managers of one employer on one day are refused."""
        start = self.some_day()
        for _ in range(self.choose.number(0, 2)):
            end = self.end_of(start)
            self.add(
                "account_managers", employer_id=employer, staff_id=self.ids("staff")[0], from_date=start, to_date=end
            )
            if end is None:
                return
            start = end + timedelta(days=self.choose.among((1, 30)))

    # People

    def client(self) -> None:
        month, day = self.choose.among(BIRTHDAYS)
        year = self.choose.among((1956, 1957, 1958, 1970, 1988, 1989, 1990, 1991, 1992))
        born = date(year, month, day if month != 2 or day != 29 or year % 4 == 0 else 28)
        around = self.choose.among((born, date(1970, 1, 1), None, self.near_an_age()))
        self.who = self.add(
            "clients",
            given_name="Pat",
            family_name="Example",
            date_of_birth=around,
            ethnicity=self.choose.among(ETHNICITIES),
            registered_on="2006-01-01",
            organisation_id=self.organisation,
        )
        self.days_of_work = [self.some_day()]
        self.jobs()
        self.addresses()
        self.circumstances()
        self.steps_before_work()
        self.in_work()

    def near_an_age(self) -> date:
        """A birth date that makes the person 16, 19 or 50 on or beside some day."""
        on, age = self.some_day(), self.choose.among((16, 19, 50))
        born = less_months(on, 12 * age)
        return born + timedelta(days=self.choose.among((-1, 0, 1)))

    def jobs(self) -> None:
        jigs = [row["id"] for row in self.tables.get("employer_agreements", []) if row["kind"] == "jigs"]
        start = self.days_of_work[0]
        employer = self.choose.among(["", *self.ids("employers")])
        for _ in range(self.choose.number(0, 4)):
            job = self.add(
                "jobs",
                client_id=self.who,
                employer_id=employer,
                jigs_agreement_id=self.choose.among(["", *jigs, *jigs]),
                started_on=start,
                ended_on=self.end_of(start),
                hourly_wage=self.choose.among(WAGES),
                evidence="payslip",
                recorded_on=self.after(start),
            )
            self.days_of_work.append(start)
            self.checks(job, start)
            start = self.choose.among((self.after(start), start, self.some_day()))
            employer = self.choose.among([employer, employer, "", *self.ids("employers")])

    def checks(self, job: str, start: date) -> None:
        _, last = quarter_days(self.quarter)
        for _ in range(self.choose.number(0, 3)):
            self.add(
                "employment_checks",
                job_id=job,
                week=self.choose.among(("13", "13", "26", "52")),
                checked_on=start + timedelta(days=self.choose.among((0, 91, 91, 182, 400))),
                in_work=self.choose.among(("true", "true", "false")),
                evidence="payslip",
                verified_on=self.choose.among((None, last, last + timedelta(days=1), start)),
            )

    def anchor(self) -> date:
        """A day beside one on which this person starts a job, or any day."""
        return self.choose.among((self.beside(self.choose.among(self.days_of_work)), self.some_day()))

    def addresses(self) -> None:
        for _ in range(self.choose.number(0, 3)):
            start = self.choose.among((date(2000, 1, 1), self.anchor()))
            end = self.choose.among((None, max(start, self.anchor())))
            self.add(
                "client_addresses",
                client_id=self.who,
                from_date=start,
                to_date=end,
                lsoa=self.choose.among(LSOAS),
                ward=self.choose.among(WARDS),
            )

    def circumstances(self) -> None:
        for _ in range(self.choose.number(0, 4)):
            kind = self.choose.among(("benefit", "benefit", "status"))
            codes = ("jsa", "jsa", *BENEFITS) if kind == "benefit" else STATUSES
            six_months = less_months(self.anchor() - timedelta(days=1), 6)
            start = self.choose.among((six_months, six_months + timedelta(days=1), self.anchor(), date(2005, 8, 31)))
            end = self.choose.among((None, max(start, self.anchor())))
            self.add(
                "client_circumstances",
                client_id=self.who,
                kind=kind,
                code=self.choose.among(codes),
                from_date=start,
                to_date=end,
            )

    def steps_before_work(self) -> None:
        for _ in range(self.choose.number(0, 3)):
            on = self.anchor()
            self.add(
                "stage_events",
                client_id=self.who,
                stage=self.choose.among(STAGES),
                occurred_on=on,
                recorded_on=on + timedelta(days=500),
                organisation_id=self.organisation,
            )
        for _ in range(self.choose.number(0, 3)):
            self.add(
                "activities",
                client_id=self.who,
                kind=self.choose.among(("centre_visit", "centre_visit", *ACTIVITIES)),
                occurred_on=self.anchor(),
                centre_id=self.choose.among(["", *self.ids("centres")]),
                organisation_id=self.organisation,
            )
        for _ in range(self.choose.number(0, 6)):
            self.add(
                "assessments",
                client_id=self.who,
                assessed_on=self.choose.among((self.anchor(), quarter_days(self.quarter)[0])),
                organisation_id=self.organisation,
                dimension=self.choose.among(DIMENSIONS),
                score=self.choose.number(1, 10),
            )
        for _ in range(self.choose.number(0, 2)):
            self.add(
                "qualifications",
                client_id=self.who,
                type=self.choose.among(("nvq", "nvq", "esol", "esol", "other")),
                level=self.choose.among(("2", "2", *LEVELS)),
                achieved_on=self.maybe(self.anchor(), None, 6),
                first_at_level=self.boolean(),
                accredited=self.boolean(),
            )
        for _ in range(self.choose.number(0, 2)):
            start = self.anchor()
            self.add(
                "placements",
                client_id=self.who,
                employer_id=self.choose.among(self.ids("employers")),
                kind=self.choose.among(("work_placement", *PLACEMENT_KINDS)),
                started_on=start,
                ended_on=self.end_of(start),
                result=self.choose.among(("", "completed", "left_early", "job_offer")),
            )

    def in_work(self) -> None:
        for _ in range(self.choose.number(0, 2)):
            start = self.anchor()
            self.add(
                "in_work_training",
                client_id=self.who,
                employer_id=self.choose.among(self.ids("employers")),
                started_on=start,
                completed_on=self.end_of(start),
                result=self.choose.among(("", *TRAINING_RESULTS)),
            )
        for _ in range(self.choose.number(0, 2)):
            person = self.choose.among(("employee", "manager"))
            self.add(
                "in_work_support",
                person=person,
                client_id=self.who if person == "employee" else "",
                employer_id=self.choose.among(self.ids("employers")),
                manager_name=self.choose.among(MANAGER_NAMES) if person == "manager" else "",
                occurred_on=self.some_day(),
            )

    def package(self, clients: int) -> Tables:
        self.ground()
        self.money()
        self.observations()
        self.employers()
        for _ in range(clients):
            self.client()
        self.targets()
        return self.tables


def written(cell: object) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@st.composite
def packages(draw: st.DrawFn, most_clients: int = 8) -> tuple[str, Tables]:
    """A quarter and the tables of a package around it."""
    quarter = draw(st.sampled_from(QUARTERS))
    clients = draw(st.integers(1, most_clients))
    return quarter, Writer(Drawn(draw), quarter).package(clients)


def random_tables(seed: int, clients: int, quarter: str) -> Tables:
    """The tables of a package of any size; the same seed makes the same package."""
    writer = Writer(Seeded(random.Random(seed)), quarter, scale=1 + clients // 20)  # noqa: S311 -- test data, not secrets
    return writer.package(clients)


def write_package(tables: Tables, folder: Path) -> Path:
    """Write the tables as CSV files, as the exchange package has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder
