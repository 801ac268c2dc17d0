"""Money that cannot be right is taken with a warning, at its row; each among rows of other contracts that are right."""

import pytest

from partners.models import Consortium
from tests.exchange.conftest import Load

ORGANISATIONS = "id,name,type\no1,Council,local_authority\no2,College,provider\no3,Charity,voluntary\n"
STREAMS = "id,name,mainstream\ns1,ESF,false\ns2,Mainstream,true\n"
CONTRACTS = (
    "id,title,provider_id,funding_stream_id,starts_on,ends_on,value\n"
    "k1,Advice,o2,s1,2007-04-01,2008-03-31,1000\n"
    "k2,Training,o2,s1,2007-04-15,2008-03-31,1000\n"
    "k3,Advice,o3,s1,2007-04-01,2008-03-31,1000\n"
)
SPEND = "id,contract_id,incurred_on,amount,indicator,category,invoice_ref,defrayed_on,eligible"
PROFILE = "id,contract_id,month,kind,indicator,planned"
POT = "id,funding_stream_id,organisation_id,financial_year,amount,status,agreed_on,objective"


def rows(header: str, *lines: str) -> str:
    return "".join(f"{line}\n" for line in (header, *lines))


RIGHT = {
    "expenditure": rows(
        SPEND,
        "r1,k1,2007-04-01,100,,,INV 1,2007-04-01,",
        "r2,k1,2008-03-31,100,,,INV 2,,true",
        "r3,k3,2007-05-01,100,,,INV 1,,",
        "r4,k1,2007-05-01,100.50,,,INV 1,,",
        "r5,k1,2007-06-01,-50,,,,,",
        "r6,k1,2007-06-01,5000,,,,,false",
        "r7,k2,2007-06-01,900,,,,,",
    ),
    "contract_profiles": rows(
        PROFILE,
        "p1,k1,2007-04-01,spend,,500.00",
        "p2,k1,2007-05-01,spend,,500.00",
        "p3,k1,2007-04-01,output,kpi_4,2000.123",
        "p4,k1,2007-04-01,output,kpi_5,2",
        "p5,k2,2007-04-01,spend,,1000.50",
    ),
    "contributions": rows(
        POT,
        "b1,s1,o1,2007-08,100,agreed,2007-04-01,",
        "b2,s1,o1,2008-09,100,agreed,2008-04-01,",
        "b3,s1,o2,2007-08,100,proposed,,",
    ),
}

# (table, a row beside those that are right, what is said and where)
DOUBTS = [
    ("expenditure", ["x1,k2,2007-04-14,1,,,,,"], [("incurred_on", "does not run on this day")]),
    ("expenditure", ["x1,k1,2019-01-01,1,,,,,"], [("incurred_on", "does not run on this day")]),
    ("expenditure", ["x1,k2,2007-12-01,9999999.99,,,,,"], [("amount", "more is spent than the contract is worth")]),
    ("expenditure", ["x1,k2,2007-12-01,101,,,,,"], [("amount", "more is spent than the contract is worth")]),
    ("expenditure", ["x1,k1,2007-12-01,100,,,INV 1,,"], [("invoice_ref", "this invoice of this provider")]),
    ("expenditure", ["x1,k2,2007-12-01,100,,other,inv-1,,"], [("invoice_ref", "this invoice of this provider")]),
    (
        "expenditure",
        ["x1,k3,2007-12-01,7,,,A9,,", "x2,k3,2007-12-02,7,,,a9,,", "x3,k3,2007-12-02,7,,,A 9,,"],
        [("invoice_ref", "this invoice of this provider")] * 2,
    ),
    ("expenditure", ["x1,k1,2007-06-01,-50,,,,,"], [("amount", "no invoice tells them apart")]),
    ("expenditure", ["x1,k3,2007-12-01,1,,,,2007-11-30,"], [("defrayed_on", "paid before the day")]),
    ("expenditure", ["x1,k3,2007-12-01,100.005,,,,,"], [("amount", "two decimals")]),
    ("contract_profiles", ["x1,k3,2008-04-01,spend,,1"], [("month", "does not run in this month")]),
    ("contract_profiles", ["x1,k3,2007-03-01,output,kpi_4,1"], [("month", "does not run in this month")]),
    ("contract_profiles", ["x1,k2,2007-04-01,spend,,0"], [("month", "Another row plans this month")]),
    ("contract_profiles", ["x1,k1,2007-06-01,spend,,1.00"], [("planned", "more spend is planned")]),
    ("contract_profiles", ["x1,k3,2007-06-01,spend,,1.005"], [("planned", "two decimals")]),
    ("contributions", ["x1,s1,o1,2007-08,100.00,agreed,2007-04-02,"], [("amount", "Another row has this stream")]),
    ("contributions", ["x1,s2,o1,2007-08,100,agreed,,"], [("agreed_on", "in no figure")]),
    ("contracts", ["k4,ADVICE,o2,s1,2007-04-01,2007-12-31,5"], [("title", "Another contract has this provider")]),
    ("funding_streams", ["s3,esf,true"], [("name", "Another stream")]),
]


@pytest.mark.parametrize(("table", "lines", "said"), DOUBTS)
@pytest.mark.parametrize("settled_before", [False, True], ids=["one package", "on top of an earlier one"])
def test_money_that_cannot_be_right_is_said(  # noqa: PLR0917  what a case is made of
    scope: Consortium, send: Load, settled_before: bool, table: str, lines: list[str], said: list[tuple[str, str]]
) -> None:
    known = {"organisations": ORGANISATIONS, "funding_streams": STREAMS, "contracts": CONTRACTS, **RIGHT}
    more = "".join(f"{line}\n" for line in lines)
    if settled_before:
        _, before = send(**known)
        assert before == []
        outcome, findings = send(**{table: known[table].splitlines()[0] + f"\n{more}"})
    else:
        outcome, findings = send(**{**known, table: known[table] + more})

    found = [(f.column, words in f.reason) for f, (_, words) in zip(findings, said, strict=True)]
    assert found == [(column, True) for column, _ in said]
    assert all(f.is_warning and f.file == f"{table}.csv" for f in findings)
    assert outcome.loaded
