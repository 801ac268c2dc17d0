"""What is claimed of the funder, taken back and left out, on a package of a few contracts (contract KPIS.md)."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

from partners.models import Consortium
from partners.platform.tenancy.scope import in_consortium
from tests.exchange.packages import load, write

QUARTER = "2007-08-Q2"
PACKAGE = {
    "organisations": "id,name,type\no1,Council,local_authority\no2,Training,provider\n",
    "funding_streams": "id,name,funder,mainstream\nf1,Deprived areas, dwp ,false\nf2,Own,Council,true\n",
    "contracts": (
        "id,title,provider_id,funding_stream_id,starts_on,ends_on,value\n"
        "t1,Outputs,o2,f1,2007-04-01,2008-03-31,2000\n"
        "t2,Spend,o2,f1,2007-04-01,2008-03-31,500\n"
        "t3,Ours,o2,f2,2007-04-01,2008-03-31,500\n"
    ),
    "contract_terms": (
        "id,contract_id,item,unit_price,cap,from_date\n"
        "m1,t1,job_start,500,2,\nm2,t1,sustained_13w,250.125,,\nm3,t1,job_start,600,2,2007-09-01\n"
    ),
    "clients": (
        "id,given_name,family_name,date_of_birth,registered_on,organisation_id\n"
        + "".join(f"c{n},Asha,Testperson,1980-02-29,2007-04-01,o2\n" for n in range(1, 7))
    ),
    "enrolments": "id,client_id,contract_id,started_on,ended_on\nn1,c4,t1,2007-05-01,2007-05-31\n",
    "jobs": (
        "id,client_id,contract_id,started_on,evidence,verified_on,recorded_on\n"
        "j1,c1,t1,2007-04-10,payslip,2007-04-20,2007-04-11\n"
        "j2,c2,t1,2007-05-10,payslip,2007-05-20,2007-05-11\n"
        "j3,c3,t1,2007-06-10,payslip,2007-06-20,2007-06-11\n"
        "j4,c4,t1,2007-06-15,payslip,2007-06-20,2007-06-16\n"
        "j5,c5,t1,2007-07-15,payslip,,2007-07-16\n"
        "j6,c6,t1,2007-09-15,payslip,2007-09-20,2007-09-16\n"
    ),
    "employment_checks": (
        "id,job_id,week,checked_on,in_work,evidence,verified_on\n"
        "k1,j1,13,2007-07-12,true,payslip,2007-07-13\n"
        "k2,j2,13,2007-08-10,false,payslip,2007-08-13\n"
    ),
    "expenditure": (
        "id,contract_id,incurred_on,amount,defrayed_on,eligible\n"
        "x1,t2,2007-05-01,300,2007-05-10,\nx2,t2,2007-07-01,-20,,\nx3,t2,2007-07-02,230,2007-07-10,\n"
        "x4,t2,2007-07-03,220,2007-07-10,true\nx5,t2,2007-07-04,5,2007-07-10,false\nx6,t1,2007-07-05,5,2007-07-10,\n"
        "x7,t3,2007-07-05,5,2007-07-10,\n"
    ),
    "claims": "id,kind,quarter,signed_on\nq1,dwp_claim,2007-08-Q1,2007-07-10\n",
    "claim_lines": (
        "id,claim_id,contract_id,item,job_id,expenditure_id,amount\n"
        "l1,q1,t1,job_start,j1,,500\nl2,q1,t1,job_start,j2,,450\nl3,q1,t2,spend,,x1,310\n"
    ),
}


@pytest.fixture
def loaded(consortium: Consortium, other_consortium: Consortium, tmp_path: Path) -> Consortium:
    """Load the package beside another consortium that holds the very same records."""
    for each in (other_consortium, consortium):
        with in_consortium(each.pk):
            outcome, findings = load(write(tmp_path / each.slug, dict(PACKAGE)))
            assert outcome.loaded, [finding for finding in findings if not finding.is_warning]
    return consortium


def built(consortium: Consortium, tmp_path: Path, quarter: str = QUARTER) -> dict[tuple[str, ...], tuple[str, ...]]:
    output = tmp_path / "claim.csv"
    call_command("build_return", consortium=consortium.slug, kind="dwp_claim", quarter=quarter, output=str(output))
    with output.open(encoding="utf-8", newline="") as file:
        return {
            (row["line"].removeprefix("claim_"), row["measure"], row["dimension"], row["member"]): (
                row["quarter"],
                row["year"],
                row["all"],
            )
            for row in csv.DictReader(file)
        }


def test_a_claim_is_worth_what_its_terms_say_and_leaves_out_by_the_first_rule(
    loaded: Consortium, tmp_path: Path
) -> None:
    figures = built(loaded, tmp_path)

    # Two at 500 stand, which is the cap of that term; the other term has its own.
    assert figures["job_start", "number", "", ""] == ("1", "3", "3")
    assert figures["job_start", "amount", "", ""] == ("600.00", "1550.00", "1550.00")
    assert figures["sustained_13w", "amount", "", ""] == ("250.13", "250.13", "250.13")
    # x1 was claimed at another amount: taken back and claimed anew; the credit makes room for 220 and not for 230.
    assert figures["corrections", "number", "", ""] == ("1", "1", "1")
    assert figures["corrections", "amount", "contract", "t2"] == ("-310.00", "-310.00", "-310.00")
    assert figures["spend", "amount", "", ""] == ("500.00", "810.00", "810.00")
    assert figures["total", "value", "", ""] == ("1040.13", "2300.13", "2300.13")
    reasons = {
        member: numbers[0]
        for (line, measure, dimension, member), numbers in figures.items()
        if (line, measure, dimension) == ("left_out", "number", "reason")
    }
    assert reasons == {
        "ineligible": "1",
        "paid_by_outputs": "1",
        "outside_contract": "0",
        "not_enrolled": "1",
        "not_proven": "1",
        "no_price": "0",
        "person_claimed": "0",
        "over_cap": "1",
        "over_value": "1",
    }
    assert figures["left_out", "amount", "", ""] == ("1740.00", "", "")
    assert ("spend", "amount", "contract", "t3") not in figures
