"""Random packages that keep every rule of the contract, with the nastiest text a cell may hold."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

from hypothesis import strategies as st

from partners.platform.exchange.columns import Column, Kind
from partners.platform.exchange.declarations import Table, all_tables

Row = dict[str, str]
Draw = Callable[[st.SearchStrategy[Any]], Any]

PAIRS = (
    *(("from_date", "to_date"), ("started_on", "ended_on"), ("started_on", "completed_on"), ("starts_on", "ends_on")),
    *(("opened_on", "closed_on"), ("enrolled_on", "achieved_on"), ("given_on", "expires_on")),
    *(("given_on", "withdrawn_on"), ("made_on", "status_on"), ("ib_programme_from", "ib_programme_to")),
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
) | st.sampled_from(
    ["=1+1", "-", "\\N", "\\.", '"', ",", "\r\n", "\r", "\n", " ", "\t", "NULL", "a\tb", "Zoë", "𐐷", "\ufeff", "'"]
)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(date.isoformat)
NUMBERS = st.decimals(0, 160, places=2).map(str)
BENEFITS = ["jsa", "ib", "is_lone_parent", "esa", "uc", "other_benefit"]
SPECIAL = {
    "financial_year": st.sampled_from(["2007-08", "1999-00"]),
    "period": st.sampled_from(["2007-08", "2007-08-Q4"]),
    "month": st.sampled_from(["2007-04-01", "2008-02-01"]),
    "lsoa": st.sampled_from(["E01013664", "E01000001"]),
    "score": st.integers(1, 10).map(str),
    "quarter": st.sampled_from(["2007-08-Q1", "1999-00-Q4"]),
}
KINDS: dict[Kind, st.SearchStrategy[str]] = {
    Kind.TEXT: TEXT,
    Kind.DAY: DAYS,
    Kind.BOOLEAN: st.sampled_from(["true", "false"]),
    Kind.INTEGER: st.integers(0, 2**31 - 1).map(str),
    Kind.NUMBER: NUMBERS,
}


def cell(draw: Draw, column: Column, ids: dict[str, list[str]]) -> str:
    if column.kind == Kind.REFERENCE:
        choices = ids.get(column.refers_to, [])
        wanted = st.sampled_from(choices) if choices else st.just("")
    elif column.codes:
        wanted = st.sampled_from(column.codes)
    else:
        wanted = SPECIAL[column.name] if column.name in SPECIAL else KINDS[column.kind]
    return str(draw(wanted if column.required else st.just("") | wanted))


def mend(table: Table, row: Row, package: dict[str, list[Row]]) -> Row | None:
    """Make a row keep the rules of rows; None when it cannot be part of this package."""
    for first, last in PAIRS:
        if row.get(first) and row.get(last) and row[last] < row[first]:
            row[first], row[last] = row[last], row[first]
    if table.name == "clients" and row["date_of_birth"] > row["registered_on"]:
        row["date_of_birth"] = row["registered_on"]
    if table.name == "client_circumstances":
        row["kind"] = "benefit" if row["code"] in BENEFITS else "status"
    if "area_kind" in row:
        row["area"] = {"consortium": row["area"], "lsoa": "E01013664"}.get(row["area_kind"], row["area"] or "Charnwood")
    if table.name == "account_managers" and any(r["employer_id"] == row["employer_id"] for r in package[table.name]):
        return None
    kinds = {r["id"]: r["kind"] for r in package.get("employer_agreements", [])}
    if kinds.get(row.get("jigs_agreement_id", "")) != "jigs" and "jigs_agreement_id" in row:
        row["jigs_agreement_id"] = ""
    if table.name in ("claims", "claim_lines") and not is_claim(table.name, row, package):
        return None
    if table.name == "employment_checks":
        job = next(r for r in package["jobs"] if r["id"] == row["job_id"])
        row["checked_on"] = (date.fromisoformat(job["started_on"]) + timedelta(days=91)).isoformat()
    return row


def is_claim(table: str, row: Row, package: dict[str, list[Row]]) -> bool:
    """Make a line of a claim name what its item asks for; tell whether it can, and a claim is alone in its quarter."""
    if table == "claims":
        return all(each["quarter"] != row["quarter"] for each in package[table])
    if row["item"] == "correction":
        return True
    wanted, unwanted = ("expenditure_id", "job_id") if row["item"] == "spend" else ("job_id", "expenditure_id")
    row[unwanted] = ""
    return bool(row[wanted])


@st.composite
def packages(draw: Draw) -> dict[str, list[Row]]:
    """Draw rows of all tables; a reference that must be filled and has nothing to name leaves its row out."""
    package: dict[str, list[Row]] = {}
    ids: dict[str, list[str]] = {}
    for table in (each for each in all_tables() if not each.is_extra):
        names = draw(st.lists(TEXT, max_size=3, unique=True))
        package[table.name] = []
        for name in names:
            row = {column.name: cell(draw, column, ids) for column in table.columns if column.name != "id"}
            if any(column.required and not row[column.name] for column in table.columns if column.name != "id"):
                continue
            mended = mend(table, {"id": name, **row}, package)
            if mended:
                package[table.name].append(mended)
        ids[table.name] = [row["id"] for row in package[table.name]]
        for column in (each for each in table.references if each.refers_to == table.name):
            for row in package[table.name]:
                row[column.name] = draw(st.sampled_from(["", *ids[table.name]]))
    return package


def as_files(package: dict[str, list[Row]]) -> dict[str, str]:
    files = {}
    for name, rows in package.items():
        if rows:
            stream = StringIO()
            writer = csv.DictWriter(stream, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
            files[name] = stream.getvalue()
    return files
