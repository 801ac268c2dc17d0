"""A small claim to work out by hand: a contract of the Department, a price for each item of a job, plenty of money."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.oracle.claim_items import JOB_ITEMS
from tests.oracle.count import count
from tests.oracle.packages import Tables, write_package

# Its last day, E, is 30 September 2007.
QUARTER = "2007-08-Q2"
SUMMER = "2007-07-10"
PROVEN = "2007-07-20"


@dataclass
class Case:
    folder: Path
    tables: Tables = field(default_factory=dict)

    def add(self, table: str, id_: str, **cells: str) -> None:
        rows = self.tables.setdefault(table, [])
        rows[:] = [row for row in rows if row["id"] != id_]
        rows.append({"id": id_, **cells})

    def stream(self, id_: str, funder: str) -> None:
        self.add("funding_streams", id_, funder=funder)

    def contract(self, id_: str = "c", stream: str = "s", value: str = "10000") -> None:
        ends = {"starts_on": "2007-04-01", "ends_on": "2008-03-31"}
        self.add("contracts", id_, funding_stream_id=stream, value=value, **ends)

    def term(self, id_: str, item: str = "job_start", contract: str = "c", price: str = "100", **cells: str) -> None:
        self.add("contract_terms", id_, contract_id=contract, item=item, unit_price=price, **cells)

    def job(self, id_: str, person: str = "", contract: str = "c", started_on: str = SUMMER, **cells: str) -> None:
        """A verified job of a person of its own."""
        person = person or f"person-of-{id_}"
        self.add("clients", person)
        values = {"contract_id": contract, "started_on": started_on, "verified_on": PROVEN, "employer_id": id_} | cells
        self.add("jobs", id_, client_id=person, **values)

    def check(self, id_: str, job: str, week: str = "13", checked_on: str = "2007-09-01", **cells: str) -> None:
        values = {"in_work": "true", "verified_on": "2007-09-02"} | cells
        self.add("employment_checks", id_, job_id=job, week=week, checked_on=checked_on, **values)

    def spend(self, id_: str, amount: str = "50", contract: str = "c", **cells: str) -> None:
        values = {"incurred_on": SUMMER, "defrayed_on": PROVEN, "amount": amount} | cells
        self.add("expenditure", id_, contract_id=contract, **values)

    def line(self, id_: str, of: str, item: str = "job_start", quarter: str = "2007-08-Q1", **cells: str) -> None:
        """A line of the claim of a quarter, made when it is first needed."""
        self.add("claims", quarter, kind="dwp_claim", quarter=quarter, signed_on="2007-07-05")
        named = {"expenditure_id" if item == "spend" else "job_id": of}
        values = {"contract_id": "c", "amount": "100"} | cells
        self.add("claim_lines", id_, claim_id=quarter, item=item, **named, **values)

    # What comes of it

    def count(self, quarter: str = QUARTER) -> tuple[dict[tuple[str, ...], tuple[str, ...]], set[tuple[str, ...]]]:
        columns = {name: dict.fromkeys(column for row in rows for column in row) for name, rows in self.tables.items()}
        whole = {
            name: [{column: row.get(column, "") for column in columns[name]} for row in rows]
            for name, rows in self.tables.items()
        }
        rows, trace = count(write_package(whole, self.folder), "dwp_claim", quarter)
        figures = {
            (row["line"], row["measure"], row["dimension"], row["member"]): (row["quarter"], row["year"], row["all"])
            for row in rows
        }
        return figures, {(row.line, row.dimension, row.member, row.table, row.id) for row in trace}

    def figure(self, *key: str, quarter: str = QUARTER) -> tuple[str, ...] | None:
        return self.count(quarter)[0].get((*key, *[""] * (4 - len(key))))

    def behind(self, line: str, quarter: str = QUARTER) -> set[str]:
        """The records behind the line's total: what was claimed, or the lines taken back."""
        return {id_ for of, dimension, _, _, id_ in self.count(quarter)[1] if (of, dimension) == (line, "")}

    def reasons(self, quarter: str = QUARTER) -> dict[str, str]:
        """Why what is left out is: by the record that stands for it."""
        return {id_: reason for line, _, reason, _, id_ in self.count(quarter)[1] if line == "claim_left_out"}


def plain_case(folder: Path) -> Case:
    case = Case(folder)
    case.stream("s", "DWP")
    case.contract()
    for item in JOB_ITEMS:
        case.term(f"t-{item}", item)
    return case
