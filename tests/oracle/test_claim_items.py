"""The independent count of a claim: its items, its nine rules and its rows, worked out by hand."""

from pathlib import Path

import pytest

from tests.oracle.claim import REASONS
from tests.oracle.claim_case import PROVEN, QUARTER, SUMMER, Case, plain_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return plain_case(tmp_path)


def test_a_verified_job_is_claimed_at_its_price(case: Case) -> None:
    case.job("j")

    assert case.behind("claim_job_start") == {"j"}
    assert case.figure("claim_job_start", "number") == ("1", "1", "1")
    assert case.figure("claim_job_start", "amount", "contract", "c") == ("100.00", "100.00", "100.00")
    assert case.figure("claim_total", "value", "funding_stream", "s") == ("100.00", "100.00", "100.00")


@pytest.mark.parametrize(
    ("funder", "is_claimed"),
    [
        ("DWP", True),
        ("\t dwp ", True),
        ("department FOR work and Pensions", True),
        ("DWP West", False),
        ("", False),
    ],
)
def test_only_streams_of_the_department_are_claimed(case: Case, funder: str, is_claimed: bool) -> None:
    case.stream("s", funder)
    case.job("j")
    case.spend("e")

    assert bool(case.behind("claim_job_start") or case.reasons()) is is_claimed


def test_a_job_of_a_contract_without_terms_is_no_item_but_its_spend_is(case: Case) -> None:
    case.contract("actual")
    case.job("j", contract="actual")
    case.spend("e", contract="actual")

    assert case.reasons() == {}
    assert case.figure("claim_job_start", "number") == ("0", "0", "0")
    assert case.behind("claim_spend") == {"e"}


def test_items_begin_with_the_programme_and_end_with_the_quarter(case: Case) -> None:
    case.contract("c")
    case.tables["contracts"][0]["starts_on"] = "2007-01-01"
    case.job("before", started_on="2007-03-31")
    case.job("first", started_on="2007-04-01")
    case.job("last", started_on="2007-09-30", verified_on="2007-09-30")
    case.job("after", started_on="2007-10-01", verified_on="2007-09-30")

    assert case.behind("claim_job_start") == {"first", "last"}
    assert case.reasons() == {}


def test_a_double_count_is_no_item(case: Case) -> None:
    case.job("j", person="p", employer_id="")
    case.job("k", person="p", employer_id="", started_on="2007-07-11")

    assert case.behind("claim_job_start") == {"j"}
    assert case.reasons() == {}


def test_a_sustained_week_rests_on_the_latest_check_and_its_verification(case: Case) -> None:
    case.job("j", started_on="2007-07-01")
    case.check("a", "j", in_work="false", checked_on="2007-09-01")
    case.check("b", "j", checked_on="2007-12-01")
    case.job("k", started_on="2007-07-02")
    case.check("too-late-for-the-quarter", "k")
    case.job("l", started_on="2007-06-01")
    case.check("y", "l", checked_on="2007-09-02", verified_on="")
    case.check("x", "l", checked_on="2007-09-02")
    case.job("m", started_on="2007-06-01")
    case.check("m1", "m")
    case.check("m2", "m", in_work="false")

    assert case.behind("claim_sustained_13w") == {"b"}
    assert case.reasons() == {"y": "not_proven"}


def test_the_term_is_the_one_of_the_items_own_day(case: Case) -> None:
    case.contract("d")
    case.term("t9", contract="d", price="1", to_date="2007-07-10")
    case.term("t1", contract="d", price="2", from_date="2007-07-10")
    case.term("t2", contract="d", price="4", from_date="2007-07-10")
    case.term("t3", contract="d", price="8", from_date="2007-07-11", to_date="2007-07-11")
    case.job("before", contract="d", started_on="2007-07-09")
    case.job("on", contract="d", started_on="2007-07-10")
    case.job("after", contract="d", started_on="2007-07-11")

    assert case.figure("claim_job_start", "amount") == ("13.00", "13.00", "13.00")


# The nine rules


def test_1_spend_that_is_not_eligible(case: Case) -> None:
    case.contract("actual")
    case.spend("e", contract="actual", eligible="false")
    case.spend("credit", "-50", contract="actual", eligible="false")
    case.spend("unknown", contract="actual", eligible="")

    assert case.reasons() == {"e": "ineligible", "credit": "ineligible"}
    assert case.figure("claim_left_out", "amount", "reason", "ineligible") == ("0.00", "", "")


def test_2_spend_of_a_contract_that_pays_for_outputs(case: Case) -> None:
    case.term("t-spend", "spend", price="", from_date="2007-07-11")
    case.spend("e", incurred_on="2007-07-10")
    case.spend("under-a-term", incurred_on="2007-07-11")
    case.spend("credit", "-50", incurred_on="2007-07-10")

    assert case.reasons() == {"e": "paid_by_outputs"}
    assert case.behind("claim_spend") == {"under-a-term", "credit"}


def test_3_what_happened_outside_the_contract(case: Case) -> None:
    case.contract("actual")
    for contract in case.tables["contracts"]:
        contract.update(starts_on="2007-05-02", ends_on="2007-05-10")
    case.job("early", started_on="2007-05-01")
    case.job("first", started_on="2007-05-02", verified_on="2007-09-30")
    case.check("sustained-after-its-end", "first")
    case.spend("late", contract="actual", incurred_on="2007-05-11")
    case.spend("credit", "-1", contract="actual", incurred_on="2007-05-11")

    assert case.reasons() == {"early": "outside_contract", "late": "outside_contract"}
    assert case.behind("claim_sustained_13w") == {"sustained-after-its-end"}


def test_4_a_person_with_enrolments_none_of_them_open(case: Case) -> None:
    case.job("nowhere-enrolled")
    case.contract("d")
    case.job("elsewhere")
    case.add("enrolments", "1", client_id="person-of-elsewhere", contract_id="d", started_on="2008-01-01")
    case.job("later")
    case.add("enrolments", "2", client_id="person-of-later", contract_id="c", started_on="2007-07-11")
    case.job("last-day")
    case.add("enrolments", "3", client_id="person-of-last-day", contract_id="c", started_on=SUMMER, ended_on=SUMMER)

    assert case.reasons() == {"later": "not_enrolled"}


def test_5_no_proof_or_proof_after_the_quarter(case: Case) -> None:
    case.job("none", verified_on="")
    case.job("last-day", verified_on="2007-09-30")
    case.job("after", verified_on="2007-10-01")
    case.contract("actual")
    case.spend("e", contract="actual", defrayed_on="")
    case.spend("credit", "-50", contract="actual", defrayed_on="")

    assert case.reasons() == {"none": "not_proven", "after": "not_proven", "e": "not_proven"}


def test_6_no_term_or_a_term_without_a_price(case: Case) -> None:
    case.contract("d")
    case.term("t", contract="d", price="")
    case.job("unpriced", contract="d")
    case.check("no-term", "unpriced", "13")
    case.tables["jobs"][0]["started_on"] = "2007-06-01"
    case.contract("e")
    case.term("t0", contract="e", price="0")
    case.job("free", contract="e")

    assert case.reasons() == {"unpriced": "no_price", "no-term": "no_price"}
    assert case.figure("claim_job_start", "number", "contract", "e") == ("1", "1", "1")
    assert case.figure("claim_total", "value", "contract", "e") == ("0.00", "0.00", "0.00")


def test_7_one_item_of_a_name_for_a_person_under_a_stream(case: Case) -> None:
    case.contract("same-stream")
    case.term("t2", contract="same-stream")
    case.stream("s2", "DWP")
    case.contract("other-stream", stream="s2")
    case.term("t3", contract="other-stream")
    case.job("second", person="p", contract="same-stream", started_on="2007-07-11")
    case.job("first", person="p")
    case.job("other", person="p", contract="other-stream", started_on="2007-07-12")

    assert case.behind("claim_job_start") == {"first", "other"}
    assert case.reasons() == {"second": "person_claimed"}


def test_8_no_more_than_the_cap_of_the_term_standing_lines_among_them(case: Case) -> None:
    case.term("t-job_start", cap="2")
    case.job("signed", started_on="2007-05-01", verified_on="2007-05-02")
    case.line("l", "signed")
    case.job("b", started_on="2007-07-02")
    case.job("a", started_on="2007-07-02")

    assert case.behind("claim_job_start") == {"a"}
    assert case.reasons() == {"b": "over_cap"}


def test_9_no_more_than_the_value_of_the_contract_but_what_still_fits(case: Case) -> None:
    case.contract("d", value="100.005")
    case.spend("a", "60", contract="d", incurred_on="2007-07-01")
    case.spend("b", "50", contract="d", incurred_on="2007-07-02")
    case.spend("credit", "-10", contract="d", incurred_on="2007-07-03")
    case.spend("d", "50.005", contract="d", incurred_on="2007-07-04")
    case.spend("e", "0.001", contract="d", incurred_on="2007-07-05")
    case.spend("f", "0", contract="d", incurred_on="2007-07-06")

    assert case.behind("claim_spend") == {"a", "credit", "d", "f"}
    assert case.reasons() == {"b": "over_value", "e": "over_value"}
    assert case.figure("claim_spend", "amount") == ("100.01", "100.01", "100.01")


def test_9_standing_lines_count_as_signed_and_what_is_worth_nothing_or_less_is_never_too_much(case: Case) -> None:
    case.contract("c", value="99")
    case.term("t-job_start", price="0.50", to_date="2007-07-31")
    case.term("free", price="0", from_date="2007-08-01")
    case.job("signed", started_on="2007-05-01")
    case.line("l", "signed", amount="98.75")
    case.job("priced")
    case.job("free", started_on="2007-08-01", verified_on="2007-08-02")
    assert case.reasons() == {"priced": "over_value"}

    case.contract("c", value="10")
    case.spend("credit", "-1", incurred_on="2007-07-11")
    assert case.reasons() == {"priced": "over_value"}


def test_of_several_reasons_the_first_is_given(case: Case) -> None:
    case.spend("e", eligible="false", defrayed_on="")
    case.job("j", verified_on="")
    case.add("enrolments", "1", client_id="person-of-j", contract_id="c", started_on="2008-01-01")

    assert case.reasons() == {"e": "ineligible", "j": "not_enrolled"}


def test_candidates_come_by_day_then_name_then_id(case: Case) -> None:
    case.contract("c", value="300")
    case.term("t-spend", "spend", price="")
    case.job("B", started_on="2007-07-01", verified_on=PROVEN)
    case.job("a", started_on="2007-07-01", verified_on=PROVEN)
    case.job("é", started_on="2007-04-01", verified_on=PROVEN)
    case.check("of-the-same-day", "é")
    case.spend("early", "50", incurred_on="2007-06-30")
    case.spend("0", "100", incurred_on="2007-07-01")

    # é on 1 April, the spend of 30 June; then on 1 July the starts of B and a, the spend, the thirteenth week of é.
    assert case.behind("claim_job_start") == {"é", "B"}
    assert case.behind("claim_spend") == {"early"}
    assert case.reasons() == {"a": "over_value", "0": "over_value", "of-the-same-day": "over_value"}


# The rows


def test_what_is_left_out_shows_every_reason_and_the_contracts_it_meets(case: Case) -> None:
    case.job("j", verified_on="")

    figures, trace = case.count()

    left_out = {key[2:]: value for key, value in figures.items() if key[:2] == ("claim_left_out", "amount")}
    assert left_out == {
        ("", ""): ("100.00", "", ""),
        ("contract", "c"): ("100.00", "", ""),
        **{("reason", reason): ("100.00" if reason == "not_proven" else "0.00", "", "") for reason in REASONS},
    }
    assert trace == {("claim_left_out", "reason", "not_proven", "jobs", "j")}


def test_year_and_all_add_what_was_signed_before(case: Case) -> None:
    case.contract("closed")
    case.job("j")
    for quarter in ("2006-07-Q4", "2007-08-Q1", QUARTER, "2007-08-Q3"):
        case.line(f"of-{quarter}", "", quarter=quarter, contract_id="closed", amount="10.005")
    case.line("back", "", "correction", contract_id="closed", amount="-10.005", corrects_id="of-2006-07-Q4")

    assert case.figure("claim_job_start", "number", "contract", "closed") == ("0", "1", "2")
    assert case.figure("claim_job_start", "amount") == ("100.00", "110.01", "120.01")
    assert case.figure("claim_corrections", "number") == ("1", "2", "2")
    assert case.figure("claim_corrections", "amount") == ("-10.01", "-20.01", "-20.01")
    assert case.figure("claim_total", "value") == ("90.00", "90.00", "100.00")
