"""Every refusal of the contract's exchange/README.md, each by the smallest package that earns it."""

import pytest

from partners.models import Consortium, Organisation
from tests.exchange.conftest import Load
from tests.exchange.packages import ROWS, places

JOB = "id,client_id,started_on,evidence,recorded_on"
LONG = "x" * 10_001

# (table, its file on top of the settled consortium, where the refusals are)
REFUSALS = [
    # Types, dates, codes.
    ("clients", "id,date_of_birth\nc1,31/02/2007\n", [(2, "date_of_birth", "31/02/2007")]),
    ("clients", "id,date_of_birth\nc1,2007-2-3\n", [(2, "date_of_birth", "2007-2-3")]),
    ("clients", "id,date_of_birth\nc1,2007-02-29\n", [(2, "date_of_birth", "2007-02-29")]),
    ("clients", "id,date_of_birth\nc1,\uff12007-02-01\n", [(2, "date_of_birth", "\uff12007-02-01")]),
    ("clients", "id,date_of_birth\nc1, 1980-01-01\n", [(2, "date_of_birth", " 1980-01-01")]),
    ("clients", "id,dependent_children\nc1,1.0\n", [(2, "dependent_children", "1.0")]),
    ("clients", "id,dependent_children\nc1,99999999999\n", [(2, "dependent_children", "99999999999")]),
    ("clients", "id,sex\nc1,Female\n", [(2, "sex", "Female")]),
    ("organisations", "id,accountable_body\no1,True\n", [(2, "accountable_body", "True")]),
    ("organisations", "id,accountable_body\no1,1\n", [(2, "accountable_body", "1")]),
    ("jobs", 'id,hourly_wage\njb1,"7,50"\n', [(2, "hourly_wage", "7,50")]),
    ("jobs", "id,hourly_wage\njb1,NaN\n", [(2, "hourly_wage", "NaN")]),
    ("employment_checks", "id,week\nck1,14\n", [(2, "week", "14")]),
    # Required, present and empty; absent for a new row.
    ("clients", "id,given_name\nc1,\n", [(2, "given_name", "")]),
    ("clients", "id,given_name\n,Ann\n", [(2, "id", "")]),
    ("milestones", "id,title\nms2,New\n", [(2, "due_on", "")]),
    # Columns and rows.
    ("milestones", "id,colour\nms1,red\n", [(1, "colour", "colour")]),
    ("milestones", "id,Title\nms1,x\n", [(1, "Title", "Title")]),
    ("milestones", "id,title,title\nms1,x,y\n", [(1, "title", "")]),
    ("milestones", "title\nx\n", [(1, "id", "")]),
    ("milestones", "id,title\nms1\n", [(2, "", "")]),
    ("milestones", "id,title\nms1,a,b\n", [(2, "", "")]),
    ("milestones", "", [(1, "", "")]),
    ("milestones", 'id,title\nms1,"a"b\nms1,c\n', [(2, "", "")]),
    ("milestones", 'id,title\nms1,"a\n', [(2, "", "")]),
    ("milestones", "id,title\nms1,a\nms1,b\nms1,c\n", [(3, "id", "ms1"), (4, "id", "ms1")]),
    ("milestones", 'id,title\nms1,"two\nlines"\nms1,b\n', [(4, "id", "ms1")]),
    # References.
    ("staff", "id,organisation_id\ns1,nobody\n", [(2, "organisation_id", "nobody")]),
    ("jobs", f"{JOB},vacancy_id\nnew,c1,2007-06-01,none,2007-06-01,w9\n", [(2, "vacancy_id", "w9")]),
    # An end before its start; with one column in the file the other is the stored one.
    ("account_managers", "id,to_date\nm1,2007-03-31\n", [(2, "to_date", "2007-03-31")]),
    ("account_managers", "id,from_date\nm1,2007-10-01\n", [(2, "from_date", "2007-10-01")]),
    ("jobs", "id,ended_on\njb1,2007-05-31\n", [(2, "ended_on", "2007-05-31")]),
    ("in_work_training", "id,completed_on\nit1,2007-06-30\n", [(2, "completed_on", "2007-06-30")]),
    ("contracts", "id,ends_on\nt1,2007-03-31\n", [(2, "ends_on", "2007-03-31")]),
    ("services", "id,starts_on,ends_on\nv1,2007-02-01,2007-01-01\n", [(2, "ends_on", "2007-01-01")]),
    ("centres", "id,closed_on\nz1,2007-03-31\n", [(2, "closed_on", "2007-03-31")]),
    ("vacancies", "id,closed_on\nw1,2007-04-30\n", [(2, "closed_on", "2007-04-30")]),
    ("qualifications", "id,achieved_on\nq1,2007-05-31\n", [(2, "achieved_on", "2007-05-31")]),
    ("consents", "id,expires_on\ng1,2007-04-30\n", [(2, "expires_on", "2007-04-30")]),
    ("consents", "id,withdrawn_on\ng1,2007-04-30\n", [(2, "withdrawn_on", "2007-04-30")]),
    ("referrals", "id,status_on\nr1,2007-05-01\n", [(2, "status_on", "2007-05-01")]),
    ("enrolments", "id,ended_on\nn1,2007-05-01\n", [(2, "ended_on", "2007-05-01")]),
    ("placements", "id,ended_on\nj1,2007-05-09\n", [(2, "ended_on", "2007-05-09")]),
    ("pre_recruitment", "id,ended_on\npr1,2007-05-09\n", [(2, "ended_on", "2007-05-09")]),
    ("client_addresses", "id,to_date\nd1,2004-12-31\n", [(2, "to_date", "2004-12-31")]),
    ("client_circumstances", "id,to_date\nu1,2005-12-31\n", [(2, "to_date", "2005-12-31")]),
    ("employer_agreements", "id,to_date\na1,2007-03-31\n", [(2, "to_date", "2007-03-31")]),
    (
        "organisations",
        "id,ib_programme_from,ib_programme_to\no1,2007-02-01,2007-01-31\n",
        [(2, "ib_programme_to", "2007-01-31")],
    ),
    # Numbers.
    ("assessments", "id,score\nk1,0\n", [(2, "score", "0")]),
    ("assessments", "id,score\nk1,11\n", [(2, "score", "11")]),
    ("clients", "id,dependent_children\nc1,-1\n", [(2, "dependent_children", "-1")]),
    ("contributions", "id,amount\nb1,-0.01\n", [(2, "amount", "-0.01")]),
    ("contracts", "id,value\nt1,-1\n", [(2, "value", "-1")]),
    ("contract_profiles", "id,planned\np1,-1\n", [(2, "planned", "-1")]),
    ("services", "id,capacity\nv1,-1\n", [(2, "capacity", "-1")]),
    ("vacancies", "id,posts\nw1,-1\n", [(2, "posts", "-1")]),
    ("employer_events", "id,attendance\nev1,-1\n", [(2, "attendance", "-1")]),
    ("pre_recruitment", "id,offered\npr1,-1\n", [(2, "offered", "-1")]),
    ("jobs", "id,hours_per_week\njb1,-1\n", [(2, "hours_per_week", "-1")]),
    ("jobs", "id,hours_per_week\njb1,168.1\n", [(2, "hours_per_week", "168.1")]),
    ("vacancies", "id,hours_per_week\nw1,169\n", [(2, "hours_per_week", "169")]),
    ("jobs", "id,hourly_wage\njb1,-7.5\n", [(2, "hourly_wage", "-7.5")]),
    # Rows against each other.
    ("employment_checks", "id,checked_on\nck1,2007-05-31\n", [(2, "checked_on", "2007-05-31")]),
    ("jobs", "id,started_on\njb1,2007-09-02\n", [(2, "started_on", "2007-09-02")]),
    ("clients", "id,registered_on\nc1,1980-02-28\n", [(2, "registered_on", "1980-02-28")]),
    ("clients", "id,date_of_birth\nc1,2007-05-02\n", [(2, "date_of_birth", "2007-05-02")]),
    (
        "account_managers",
        "id,employer_id,staff_id,from_date,to_date\nm2,e1,s2,2007-09-30,\n",
        [(2, "from_date", "2007-09-30")],
    ),
    (
        "account_managers",
        "id,employer_id,staff_id,from_date,to_date\nm2,e1,s2,2007-01-01,2007-04-01\n",
        [(2, "from_date", "2007-01-01")],
    ),
    ("jobs", "id,jigs_agreement_id\njb1,a2\n", [(2, "jigs_agreement_id", "a2")]),
    ("vacancies", "id,jigs_agreement_id\nw1,a2\n", [(2, "jigs_agreement_id", "a2")]),
    # Circumstances, areas, years and months.
    ("client_circumstances", "id,code\nu1,offender\n", [(2, "code", "offender")]),
    ("client_circumstances", "id,kind\nu1,status\n", [(2, "kind", "status")]),
    ("targets", "id,area_kind\ntg1,ward\n", [(2, "area_kind", "ward")]),
    ("observations", "id,area\nob1,\n", [(2, "area", "")]),
    ("targets", "id,area_kind,area\ntg1,lsoa,E0101366\n", [(2, "area", "E0101366")]),
    ("centres", "id,lsoa\nz1,E02013664\n", [(2, "lsoa", "E02013664")]),
    ("client_addresses", "id,lsoa\nd1,e01013664\n", [(2, "lsoa", "e01013664")]),
    ("contributions", "id,financial_year\nb1,2007-09\n", [(2, "financial_year", "2007-09")]),
    ("contributions", "id,financial_year\nb1,2007/08\n", [(2, "financial_year", "2007/08")]),
    ("targets", "id,period\ntg1,2007-08-Q5\n", [(2, "period", "2007-08-Q5")]),
    ("contract_profiles", "id,month\np1,2007-04-02\n", [(2, "month", "2007-04-02")]),
    # What cannot be kept.
    ("milestones", "id,title\nms1,a\0b\n", [(2, "title", "a\\0b")]),
    ("milestones", f"id,title\nms1,{LONG}\n", [(2, "title", "x" * 300 + "…")]),
    ("milestones", f"id,title,due_on\n{'i' * 501},a,2007-01-01\n", [(2, "id", "i" * 300 + "…")]),
    ("milestones", b"id,title\nms1,caf\xe9\n", [(2, "", "ms1,caf\\xe9")]),
    ("milestones", "id,title\nms1,a\n".encode("utf-16"), [(1, "", "")]),
    ("milestones", "id,title\rms1,a\r", [(1, "", "")]),
]


@pytest.mark.parametrize(("table", "content", "expected"), REFUSALS)
def test_what_the_contract_refuses_is_refused_at_its_place(
    settled: Consortium, send: Load, table: str, content: str | bytes, expected: list[tuple[int, str, str]]
) -> None:
    outcome, findings = send(**{table: content})

    assert places([f for f in findings if not f.is_warning]) == [(table, *place) for place in expected]
    assert not outcome.loaded


def test_an_agreement_that_jobs_came_through_stays_a_guarantee(settled: Consortium, send: Load) -> None:
    outcome, findings = send(employer_agreements="id,kind\na1,fair_employment_standard\n")

    assert {(f.file, f.line, f.column) for f in findings} == {("employer_agreements.csv", 2, "kind")}
    assert outcome.is_refused


def test_a_file_that_is_no_table_is_refused_by_its_name(settled: Consortium, send: Load) -> None:
    _, findings = send(**{"people": "id\n1\n", "Clients.csv": "id\n", "notes.txt": "x", "risks": ROWS["risks"]})

    assert [(f.file, "Was clients.csv meant?" in f.reason) for f in findings] == [
        ("Clients.csv", True),
        ("notes.txt", False),
        ("people.csv", False),
    ]


def test_a_package_wrong_in_every_way_tells_all_of_it(scope: Consortium, send: Load) -> None:
    outcome, findings = send(
        organisations="id,name,type\no1,,provider\no2,B,nope\no2,C,health\n",
        clients="id,given_name,family_name,registered_on,organisation_id\nc1,A,B,2007-02-31,o9\nc2,,B,x,o1\n",
        jobs=f"{JOB},ended_on\nj1,c1,2007-06-01,none,2007-06-01,2007-05-01\nj2,c3,2007-06-01,rumour,,\n",
        oddity="x",
    )

    assert places(findings) == [
        ("clients", 2, "registered_on", "2007-02-31"),
        ("clients", 2, "organisation_id", "o9"),
        ("clients", 3, "given_name", ""),
        ("clients", 3, "registered_on", "x"),
        ("jobs", 2, "ended_on", "2007-05-01"),
        ("jobs", 3, "evidence", "rumour"),
        ("jobs", 3, "recorded_on", ""),
        ("jobs", 3, "client_id", "c3"),
        ("oddity", None, "", ""),
        ("organisations", 2, "name", ""),
        ("organisations", 3, "type", "nope"),
        ("organisations", 4, "id", "o2"),
    ]
    assert (outcome.summary.refusals, Organisation.objects.count()) == (12, 0)


# (table, its file, where the warnings are)
WARNINGS = [
    ("client_addresses", "id,client_id,from_date\nd2,c1,2006-01-01\n", [(2, "from_date", "2006-01-01")]),
    (
        "client_circumstances",
        "id,client_id,kind,code,from_date\nu2,c1,benefit,jsa,2006-02-01\n",
        [(2, "from_date", "2006-02-01")],
    ),
    (
        "employer_agreements",
        "id,employer_id,kind,from_date\na3,e1,jigs,2007-06-01\n",
        [(2, "from_date", "2007-06-01")],
    ),
    ("clients", "id,nino\nc1,NOT A NINO\n", [(2, "nino", "(hidden)")]),
    ("clients", "id,email\nc1,ann at home\n", [(2, "email", "ann at home")]),
    ("clients", "id,phone\nc1,none\n", [(2, "phone", "none")]),
    ("client_addresses", "id,postcode\nd1,LE5\n", [(2, "postcode", "LE5")]),
    ("employers", "id,postcode\ne1,LE5\n", [(2, "postcode", "LE5")]),
    ("staff", "id,email\ns1,ann\n", [(2, "email", "ann")]),
    ("jobs", "id,verified_on\njb1,2007-05-31\n", [(2, "verified_on", "2007-05-31")]),
    ("employment_checks", "id,verified_on\nck1,2007-08-31\n", [(2, "verified_on", "2007-08-31")]),
    ("jobs", "id,employer_id\njb1,e2\n", [(2, "jigs_agreement_id", "a1")]),
    (
        "clients",
        (
            "id,given_name,family_name,date_of_birth,registered_on,organisation_id\n"
            "c3,ASHA,Test-Person,1980-02-29,2007-05-01,o1\n"
        ),
        [(2, "family_name", "Test-Person")],
    ),
    ("clients", "id,nino\nc1,QQ123456C\nc2,qq 12 34 56 c\n", [(3, "nino", "(hidden)")]),
    ("stage_events", "id,occurred_on\nh1,2007-04-30\n", [(2, "occurred_on", "2007-04-30")]),
    ("activities", "id,occurred_on\ni1,2007-04-30\n", [(2, "occurred_on", "2007-04-30")]),
]


@pytest.mark.parametrize(("table", "content", "expected"), WARNINGS)
def test_what_real_records_are_like_is_taken_with_a_warning(
    settled: Consortium, send: Load, table: str, content: str, expected: list[tuple[int, str, str]]
) -> None:
    outcome, findings = send(**{table: content})

    assert places(findings) == [(table, *place) for place in expected]
    assert all(f.is_warning for f in findings)
    assert outcome.loaded


def test_credits_and_measures_below_zero_are_taken(settled: Consortium, send: Load) -> None:
    outcome, findings = send(
        expenditure="id,amount\nx1,-500\n", observations="id,value\nob1,-2\n", targets="id,value\ntg1,-1\n"
    )

    assert (outcome.loaded, findings) == (True, [])
