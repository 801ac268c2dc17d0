"""Files as Excel and other systems leave them: what means nothing is passed over, what is wrong has its remedy."""

from collections.abc import Callable

import pytest

from partners.models import Consortium
from tests.exchange.conftest import Load
from tests.exchange.packages import places

ORGANISATIONS = "id,name,type\no1,City Council,local_authority\no2,College,provider\n"
COLUMNS = "id,given_name,family_name,date_of_birth,registered_on,organisation_id,nino,phone,email"
CLIENT = "c1,Zoe,Person,1980-01-01,2007-05-01,o1,,,"


def test_rows_of_empty_cells_are_no_rows(scope: Consortium, send: Load) -> None:
    outcome, findings = send(organisations=ORGANISATIONS, clients=f"{COLUMNS}\n{CLIENT}\n,,,,,,,,\n,\n{',' * 20}\n")

    assert (findings, outcome.loaded, outcome.counts["clients"]["new"]) == ([], True, 1)


@pytest.mark.parametrize("ending", [",,", ",, ", ""])
def test_columns_without_name_and_values_are_none(scope: Consortium, send: Load, ending: str) -> None:
    outcome, findings = send(organisations=ORGANISATIONS, clients=f"{COLUMNS},,\n{CLIENT}{ending}\n")

    assert (findings, outcome.loaded) == ([], True)


def test_a_value_in_a_column_without_a_name_is_refused_at_its_place(scope: Consortium, send: Load) -> None:
    _, findings = send(organisations=ORGANISATIONS, clients=f"{COLUMNS},,\n{CLIENT},,\n{CLIENT[1:]},x,\n")

    assert [(f.line, f.value) for f in findings if "Column J (number 10) has no name" in f.reason] == [(3, "x")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (lambda text: text.replace(",", ";"), "separated by semicolons"),
        (lambda text: text.replace(",", "\t"), "separated by tabs"),
        (lambda text: f"sep=;\n{text}", "sep=;, a note to Excel"),
        (lambda text: text.encode("utf-16"), "which Excel calls Unicode Text"),
        (lambda text: text.encode("utf-16-le"), "which Excel calls Unicode Text"),
        (lambda text: text.replace("Zoe", "Zoë").encode("cp1252"), "CSV UTF-8"),
    ],
)
def test_a_file_saved_as_something_else_is_refused_once_with_what_to_do(
    scope: Consortium, send: Load, written: Callable[[str], str | bytes], said: str
) -> None:
    outcome, findings = send(organisations=ORGANISATIONS, clients=written(f"{COLUMNS}\n{CLIENT}\n"))

    assert [said in f.reason for f in findings] == [True]
    assert outcome.is_refused


def test_a_quoted_header_after_a_byte_order_mark_is_read(scope: Consortium, send: Load) -> None:
    header = ",".join(f'"{name}"' for name in COLUMNS.split(","))
    outcome, findings = send(organisations=ORGANISATIONS, clients=f"\ufeff{header}\r\n{CLIENT}\r\n")

    assert (findings, outcome.loaded) == ([], True)


@pytest.mark.parametrize("name", ["Given Name", "GIVEN_NAME", " given_name", "given-name", "\u200bgiven_name"])
def test_a_column_written_differently_is_named(scope: Consortium, send: Load, name: str) -> None:
    _, findings = send(organisations=ORGANISATIONS, clients=f"{COLUMNS}\n{CLIENT}\n".replace("given_name", name, 1))

    assert [f.reason for f in findings] == ["Unknown column. Was given_name meant?"]


@pytest.mark.parametrize(
    ("ids", "written", "said"),
    [
        (("o1", "o2"), "o1 ", "only by a space"),
        (("o1", "o2"), "\u00a0o1", "only by a space"),
        (("o1", "o2"), "O1", "only by capital letters"),
        (("007", "12"), "7", "only by noughts in front"),
        (("120001", "12"), "1.2E+05", "A spreadsheet has shortened this number"),
        (("o1", "o2"), "o9", "There is nothing with this id in organisations."),
    ],
)
def test_a_reference_that_misses_by_little_says_by_what(
    scope: Consortium, send: Load, ids: tuple[str, str], written: str, said: str
) -> None:
    organisations = ORGANISATIONS.replace("o1", ids[0]).replace("o2", ids[1])
    _, findings = send(organisations=organisations, clients=f"{COLUMNS}\n{CLIENT.replace('o1', written)}\n")

    assert [(f.column, f.value, said in f.reason) for f in findings] == [("organisation_id", written, True)]


JOBS = "id,title,provider_id,funding_stream_id,starts_on,ends_on,value"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("starts_on", "01/04/2007", "year-month-day, like 2007-02-28, and not day/month/year"),
        ("starts_on", "1.4.07", "year-month-day, like 2007-02-28, and not day/month/year"),
        ("starts_on", "39173", "a spreadsheet's number of a day"),
        ("starts_on", "2007-04-01 00:00:00", "no time of day"),
        ("starts_on", "########", "too narrow"),
        ("starts_on", "#N/A", "Leave the cell empty"),
        ("starts_on", " 2007-04-01", "space or a hidden character"),
        ("starts_on", "2007-04-01\u200b", "space or a hidden character"),
        ("value", "1,234.50", "without commas between the thousands"),
        ("value", "£1234.50", "without a currency sign"),
        ("value", "1234,50", "a point and not a comma"),
        ("value", "(500.00)", "with a minus"),
        ("value", "12%", "per cent"),
        ("value", "NULL", "Leave the cell empty"),
        ("value", "1E+99", "more than any sum of money"),
        ("value", "99999999999999999999", "more than any sum of money"),
        ("value", "1000000000000", "more than any sum of money"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_value_is_refused_with_its_remedy(
    scope: Consortium, send: Load, column: str, value: str, said: str
) -> None:
    row = {"id": "k1", "title": "A", "provider_id": "o2", "funding_stream_id": "s1"}
    row |= {"starts_on": "2007-04-01", "ends_on": "2008-03-31", "value": "5", column: f'"{value}"'}
    outcome, findings = send(
        organisations=ORGANISATIONS,
        funding_streams="id,name,mainstream\ns1,ESF,false\n",
        contracts=f"{JOBS}\n{','.join(row.values())}\n",
    )

    assert [(f.column, f.value, said in f.reason, f.is_warning) for f in findings] == [(column, value, True, False)]
    assert outcome.is_refused


@pytest.mark.parametrize(
    ("table", "content", "column"),
    [
        *(
            ("clients", f"id,date_of_birth\nc1,{day}\n", "date_of_birth")
            for day in ("1899-12-30", "0001-01-01", "1900-01-01", "1753-01-01", "1812-06-18")
        ),
        *(
            (table, f"id,{column}\n{record},9999-12-31\n", column)
            for table, record, column in (
                ("clients", "c1", "registered_on"),
                ("plan_actions", "l1", "due_on"),
                ("employer_agreements", "a1", "to_date"),
            )
        ),
        ("clients", "id,given_name\nc1,Zoe\u202e\n", "given_name"),
        ("clients", "id,given_name\nc1,Zo\u200be\n", "given_name"),
        ("clients", "id,given_name\nc1,Zo\u00ade\n", "given_name"),
        ("clients", "id,given_name\nc1,Zoe \n", "given_name"),
        ("clients", "id,given_name\nc1,\u00a0Zoe\n", "given_name"),
        ("clients", "id,given_name\nc1,#N/A\n", "given_name"),
        ("clients", "id,given_name\nc1,NULL\n", "given_name"),
        ("clients", "id,email\nc1,mailto:zoe@example.org\n", "email"),
        ("clients", "id,email\nc1,<zoe@example.org>\n", "email"),
        ("clients", 'id,email\nc1,"Zoe <zoe@example.org>"\n', "email"),
        ("clients", "id,email\nc1,zoe@example.org;\n", "email"),
        ("clients", "id,email\nc1,zoe@example.org\u200b\n", "email"),
        ("staff", "id,email\ns1,<ann@example.org>\n", "email"),
        ("milestones", "id,title,due_on\n1.2E+05,New,2007-06-01\n", "id"),
        ("contracts", "id,value\nt1,12.345\n", "value"),
        ("contracts", "id,value\nt1,1.5E+05\n", "value"),
        ("contract_profiles", "id,planned\np1,10.001\n", "planned"),
        ("jobs", "id,hourly_wage\njb1,7.505\n", "hourly_wage"),
    ],
)
def test_what_is_doubtful_is_kept_and_said(
    settled: Consortium, send: Load, table: str, content: str, column: str
) -> None:
    outcome, findings = send(**{table: content})

    assert [(f.file, f.column, f.is_warning) for f in findings] == [(f"{table}.csv", column, True)]
    assert outcome.loaded


def test_notes_in_every_script_are_taken_without_a_word(settled: Consortium, send: Load) -> None:
    scripts = ("\u0633\u0644\u0627\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627", "\u1780\u200d\u1781")
    notes = (*scripts, "Room #3, c/o Ann", "two\nlines\tand more", "O'Neil", "1 | 2")
    lines = "".join(f'n{n},c1,contact,2007-06-0{n},o1,"{note}"\n' for n, note in enumerate(notes, start=1))
    outcome, findings = send(activities=f"id,client_id,kind,occurred_on,organisation_id,note\n{lines}")

    assert (findings, outcome.loaded) == ([], True)


def test_many_wrong_references_are_told_apart_quickly(scope: Consortium, send: Load) -> None:
    rows = "".join(f"c{n},A,B{n},,2007-05-01,O{n % 90},,,\n" for n in range(20_000))
    organisations = "id,name,type\n" + "".join(f"o{n},Council,local_authority\n" for n in range(50))
    _, findings = send(organisations=organisations, clients=f"{COLUMNS}\n{rows}", dry_run=True)

    assert len(findings) == 20_000
    assert places(findings[:1]) == [("clients", 2, "organisation_id", "O0")]
