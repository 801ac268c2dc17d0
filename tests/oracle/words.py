"""The section "Words" of the counting rules (contract/KPIS.md), read as plainly as Python allows."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

Row = dict[str, str]

NINE_GROUPS = ("ib", "jsa", "jsa_6m", "lone_parent", "bme", "new_arrival", "over_50", "offender", "neet")
WINDOWS = ("quarter", "year", "all")
DOUBLE_COUNT_DAYS = 28


# The package


class Package:
    """An exchange package: a folder of CSV files, any of which may be absent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, list[Row]] = {}

    def table(self, name: str) -> list[Row]:
        if name not in self._tables:
            self._tables[name] = self._read(name)
        return self._tables[name]

    def _read(self, name: str) -> list[Row]:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


def text(row: Row, column: str) -> str:
    return row.get(column) or ""


@cache
def _date(value: str) -> date:
    return date.fromisoformat(value)


def day(row: Row, column: str) -> date | None:
    """Dates are ISO 8601; an empty cell is unknown (exchange/FIELDS.md)."""
    value = text(row, column)
    return _date(value) if value else None


def known_day(row: Row, column: str) -> date:
    return _date(row[column])


def number(row: Row, column: str) -> Fraction | None:
    value = text(row, column)
    return Fraction(Decimal(value)) if value else None


def known_number(row: Row, column: str) -> Fraction:
    return Fraction(Decimal(row[column]))


def is_true(row: Row, column: str) -> bool:
    """Words: "An empty boolean counts as false, except `eligible`"."""
    return text(row, column) == "true"


def is_eligible(row: Row) -> bool:
    """Words: "`eligible`, where empty counts as true"."""
    return text(row, "eligible") != "false"


# Days


@dataclass(frozen=True)
class Window:
    """The days from `first` to `last`; without a first day, from the beginning."""

    name: str
    first: date | None
    last: date

    def holds(self, on: date | None) -> bool:
        return on is not None and (self.first is None or self.first <= on) and on <= self.last


def financial_year_and_number(quarter: str) -> tuple[int, int]:
    year, number_ = quarter.rsplit("-Q", 1)
    return int(year[:4]), int(number_)


def quarter_days(quarter: str) -> tuple[date, date]:
    """Words: "`2007-08-Q1` = 1 April - 30 June 2007; Q2 from 1 July; Q3 from 1 October; Q4 from 1 January"."""
    year, which = financial_year_and_number(quarter)
    return {
        1: (date(year, 4, 1), date(year, 6, 30)),
        2: (date(year, 7, 1), date(year, 9, 30)),
        3: (date(year, 10, 1), date(year, 12, 31)),
        4: (date(year + 1, 1, 1), date(year + 1, 3, 31)),
    }[which]


def windows_of(quarter: str, programme_start: date | None) -> tuple[Window, Window, Window]:
    """Words: "Three windows end on the last day of the quarter"."""
    first, last = quarter_days(quarter)
    year, _ = financial_year_and_number(quarter)
    return Window("quarter", first, last), Window("year", date(year, 4, 1), last), Window("all", programme_start, last)


def last_day_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def less_months(on: date, months: int) -> date:
    """Words: "31 August less six months is the last day of February"."""
    years, month_index = divmod(on.year * 12 + on.month - 1 - months, 12)
    month = month_index + 1
    return date(years, month, min(on.day, last_day_of_month(years, month)))


def age_on(born: date, on: date) -> int:
    """Words: "An age goes up on the birthday, and on 1 March for 29 February"."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had_birthday else 1)


def day_before(on: date) -> date:
    return on - timedelta(days=1)


def is_open(row: Row, on: date, from_column: str = "from_date", to_column: str = "to_date") -> bool:
    """Words: "open on D when `from_date` <= D and `to_date` is empty or >= D: the last day counts"."""
    starts, ends = day(row, from_column), day(row, to_column)
    return starts is not None and starts <= on and (ends is None or ends >= on)


# The consortium and its people


@dataclass(frozen=True)
class SetUp:
    """What the consortium brings: Leicester's programme start, nine groups and 18 rows of Table 15."""

    programme_start: date | None
    priority_lsoas: frozenset[str]
    groups: tuple[str, ...] = NINE_GROUPS


@dataclass
class Book:
    """A package together with its set-up and the questions the rules ask about people."""

    package: Package
    set_up: SetUp
    _by_client: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    _by_id: dict[str, dict[str, Row]] = field(default_factory=dict)
    _counted: dict[str, list[Row]] | None = None
    _double: list[Row] = field(default_factory=list)

    def rows(self, table: str) -> list[Row]:
        return self.package.table(table)

    def row(self, table: str, id_: str) -> Row:
        if table not in self._by_id:
            self._by_id[table] = {row["id"]: row for row in self.rows(table)}
        return self._by_id[table][id_]

    def of_client(self, table: str, client: str) -> list[Row]:
        if table not in self._by_client:
            index: dict[str, list[Row]] = {}
            for row in self.rows(table):
                index.setdefault(text(row, "client_id"), []).append(row)
            self._by_client[table] = index
        return self._by_client[table].get(client, [])

    # Counted jobs

    def counted_jobs_of(self, client: str) -> list[Row]:
        """The person's counted jobs, sorted by (`started_on`, `id`)."""
        if self._counted is None:
            self._counted, self._double = self._sort_out_jobs()
        return self._counted.get(client, [])

    def counted_jobs(self) -> Iterator[Row]:
        for client in self.rows("clients"):
            yield from self.counted_jobs_of(client["id"])

    def double_counts(self) -> list[Row]:
        self.counted_jobs_of("")
        return self._double

    def _sort_out_jobs(self) -> tuple[dict[str, list[Row]], list[Row]]:
        """Words: "Counted job".

        "a job that starts 0 to 28 days after an earlier counted job of the same person with the same employer (both
        empty is the same) is a double count ... It is compared with counted jobs only."
        """
        counted: dict[str, list[Row]] = {}
        double: list[Row] = []
        for client in self.rows("clients"):
            jobs = sorted(
                self.of_client("jobs", client["id"]), key=lambda job: (known_day(job, "started_on"), job["id"])
            )
            kept: list[Row] = []
            for job in jobs:
                if any(self._is_double_of(job, earlier) for earlier in kept):
                    double.append(job)
                else:
                    kept.append(job)
            counted[client["id"]] = kept
        return counted, double

    @staticmethod
    def _is_double_of(job: Row, earlier: Row) -> bool:
        apart = (known_day(job, "started_on") - known_day(earlier, "started_on")).days
        same_employer = text(job, "employer_id") == text(earlier, "employer_id")
        return same_employer and 0 <= apart <= DOUBLE_COUNT_DAYS

    # Where a person lives

    def address_of(self, client: str, on: date) -> Row | None:
        """Words: "the address spell open on D; of several, the latest `from_date`, then the highest `id`"."""
        open_ones = [row for row in self.of_client("client_addresses", client) if is_open(row, on)]
        return max(open_ones, key=lambda row: (row["from_date"], row["id"]), default=None)

    def ward_of(self, client: str, on: date) -> str:
        address = self.address_of(client, on)
        return text(address, "ward") if address else ""

    def lsoa_of(self, client: str, on: date) -> str:
        address = self.address_of(client, on)
        return text(address, "lsoa") if address else ""

    def priority_lsoa_of(self, client: str, on: date) -> str:
        lsoa = self.lsoa_of(client, on)
        return lsoa if lsoa in self.set_up.priority_lsoas else ""

    # Target groups

    def groups_of(self, client: str, on: date) -> list[str]:
        """Words: "Target groups on D", in the consortium's order."""
        return [group for group in self.set_up.groups if self.is_in_group(client, group, on)]

    def is_in_group(self, client: str, group: str, on: date) -> bool:
        ask = {
            "ib": self._is_ib,
            "jsa": self._is_jsa,
            "jsa_6m": self._is_jsa_six_months,
            "lone_parent": self._is_lone_parent,
            "bme": self._is_bme,
            "new_arrival": self._is_new_arrival,
            "over_50": self._is_over_50,
            "offender": self._is_offender,
            "neet": self._is_neet,
        }[group]
        return ask(client, on)

    def _open_spells(self, client: str, kind: str, codes: Iterable[str], on: date) -> list[Row]:
        return [
            row
            for row in self.of_client("client_circumstances", client)
            if row["kind"] == kind and row["code"] in codes and is_open(row, on)
        ]

    def _is_ib(self, client: str, on: date) -> bool:
        """`ib`: benefit `ib` or `esa` open."""
        return bool(self._open_spells(client, "benefit", ("ib", "esa"), on))

    def _is_jsa(self, client: str, on: date) -> bool:
        """`jsa`: benefit open."""
        return bool(self._open_spells(client, "benefit", ("jsa",), on))

    def _is_jsa_six_months(self, client: str, on: date) -> bool:
        """`jsa_6m`: "a `jsa` spell open on D whose `from_date` is on or before D less six calendar months"."""
        spells = self._open_spells(client, "benefit", ("jsa",), on)
        return any(known_day(spell, "from_date") <= less_months(on, 6) for spell in spells)

    def _is_lone_parent(self, client: str, on: date) -> bool:
        """`lone_parent`: "benefit `is_lone_parent` or status `lone_parent` open"."""
        return bool(
            self._open_spells(client, "benefit", ("is_lone_parent",), on)
            or self._open_spells(client, "status", ("lone_parent",), on)
        )

    def _is_bme(self, client: str, on: date) -> bool:
        """`bme`: "ethnicity given and not one of `white_*`, `not_stated`"."""
        ethnicity = text(self.row("clients", client), "ethnicity")
        return ethnicity not in ("", "not_stated") and not ethnicity.startswith("white_")

    def _is_new_arrival(self, client: str, on: date) -> bool:
        """`new_arrival`: "status `new_arrival`, `refugee` or `economic_migrant` open"."""
        return bool(self._open_spells(client, "status", ("new_arrival", "refugee", "economic_migrant"), on))

    def _age(self, client: str, on: date) -> int | None:
        born = day(self.row("clients", client), "date_of_birth")
        return None if born is None else age_on(born, on)

    def _is_over_50(self, client: str, on: date) -> bool:
        """`over_50`: "aged 50 or more on D"; without a birth date in no group that needs an age."""
        age = self._age(client, on)
        return age is not None and age >= 50

    def _is_offender(self, client: str, on: date) -> bool:
        """`offender`: status open."""
        return bool(self._open_spells(client, "status", ("offender",), on))

    def _is_neet(self, client: str, on: date) -> bool:
        """`neet`: "status open and aged 16-18 on D"."""
        age = self._age(client, on)
        return age is not None and 16 <= age <= 18 and bool(self._open_spells(client, "status", ("neet",), on))
