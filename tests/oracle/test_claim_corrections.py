"""The independent count of a claim: what the next claim takes back, and asks for again, worked out by hand."""

from pathlib import Path

import pytest

from tests.oracle.claim_case import PROVEN, Case, plain_case

SPRING = "2007-05-01"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A job and its start, signed in the quarter before."""
    case = plain_case(tmp_path)
    case.job("j", started_on=SPRING, verified_on="2007-05-02")
    case.line("l", "j")
    return case


def test_what_stands_is_neither_taken_back_nor_claimed_again(case: Case) -> None:
    assert case.behind("claim_corrections") == set()
    assert case.behind("claim_job_start") == set()
    assert case.reasons() == {}


def test_a_price_changed_later_changes_nothing_that_was_signed(case: Case) -> None:
    case.term("t-job_start", price="120")
    case.job("k")

    assert case.behind("claim_corrections") == set()
    assert case.figure("claim_job_start", "amount") == ("120.00", "220.00", "220.00")


def test_a_term_gone_later_takes_nothing_back(case: Case) -> None:
    case.term("t-job_start", to_date="2007-04-30")

    assert case.behind("claim_corrections") == set()


@pytest.mark.parametrize(
    "today",
    [
        {"contract": "elsewhere"},
        {"contract": ""},
        {"started_on": "2007-03-31"},
        {"started_on": "2007-10-01"},
        {"verified_on": ""},
        {"verified_on": "2007-10-01"},
    ],
)
def test_a_job_that_no_longer_makes_the_item_is_taken_back(case: Case, today: dict[str, str]) -> None:
    case.stream("s2", "City")
    case.contract("elsewhere", stream="s2")
    case.term("t2", contract="elsewhere")
    case.job("j", **{"started_on": SPRING, "verified_on": "2007-05-02"} | today)

    assert case.behind("claim_corrections") == {"l"}
    assert case.figure("claim_corrections", "amount", "contract", "c") == ("-100.00", "-100.00", "-100.00")
    assert case.behind("claim_job_start") == set()


def test_a_job_of_another_contract_is_taken_back_from_the_one_and_claimed_from_the_other(case: Case) -> None:
    case.contract("d")
    case.term("t2", contract="d", price="70")
    case.job("j", contract="d", started_on=SPRING)

    assert case.figure("claim_corrections", "number", "contract", "c") == ("1", "1", "1")
    assert case.figure("claim_job_start", "amount", "contract", "d") == ("70.00", "70.00", "70.00")
    assert case.figure("claim_total", "value") == ("-30.00", "70.00", "70.00")


def test_a_job_found_to_be_a_double_count_is_taken_back(case: Case) -> None:
    case.job("j", person="p", started_on=SPRING, employer_id="")
    case.job("a", person="p", started_on=SPRING, employer_id="")

    assert case.behind("claim_corrections") == {"l"}
    assert case.behind("claim_job_start") == {"a"}


def test_a_week_whose_latest_check_says_out_of_work_is_taken_back(case: Case) -> None:
    case.check("first", "j", checked_on="2007-07-31", verified_on="2007-08-01")
    case.line("w", "j", "sustained_13w")
    assert case.behind("claim_corrections") == set()

    case.check("second", "j", checked_on="2007-11-01", in_work="false")
    assert case.behind("claim_corrections") == {"w"}


def test_a_start_outside_the_contract_or_the_enrolment_is_taken_back(case: Case) -> None:
    case.job("k", started_on=SPRING)
    case.line("m", "k")
    case.add("enrolments", "1", client_id="person-of-k", contract_id="c", started_on="2007-05-02")
    assert case.behind("claim_corrections") == {"m"}

    case.tables["contracts"][0]["ends_on"] = "2007-04-30"
    assert case.behind("claim_corrections") == {"l", "m"}


def test_spend_not_eligible_or_of_another_amount_is_taken_back_and_claimed_anew(case: Case) -> None:
    case.contract("actual")
    for id_, cells in {
        "same": {"amount": "100.00"},
        "dearer": {"amount": "100.001"},
        "credited": {"amount": "-100"},
        "ineligible": {"amount": "100", "eligible": "false"},
    }.items():
        case.spend(id_, contract="actual", incurred_on=SPRING, **cells)
        case.line(f"of-{id_}", id_, "spend", contract_id="actual")

    assert case.behind("claim_corrections") == {"of-dearer", "of-credited", "of-ineligible"}
    assert case.behind("claim_spend") == {"dearer", "credited"}


def test_spend_that_outputs_pay_for_now_is_not_taken_back(case: Case) -> None:
    case.spend("e", "100", incurred_on=SPRING)
    case.line("m", "e", "spend")

    assert case.behind("claim_corrections") == set()


def test_the_second_line_of_an_item_is_taken_back(case: Case) -> None:
    case.line("z", "j", quarter="2006-07-Q4", amount="90")
    case.line("k", "j", amount="95")
    case.contract("actual")
    case.spend("e", "100", contract="actual", incurred_on=SPRING)
    case.line("n", "e", "spend", contract_id="actual")
    case.line("m", "e", "spend", contract_id="actual")

    assert case.behind("claim_corrections") == {"k", "l", "n"}


def test_the_second_line_of_a_person_under_a_stream_is_taken_back(case: Case) -> None:
    case.job("j", person="p", started_on=SPRING)
    case.job("k", person="p", started_on=SPRING)
    case.contract("d")
    case.tables["contracts"][-1]["funding_stream_id"] = "s2"
    case.stream("s2", "DWP")
    case.term("t2", contract="d")
    case.job("other-stream", person="p", started_on=SPRING, contract="d")
    case.line("k", "k")
    case.line("n", "other-stream", contract_id="d", client_id="somebody-else")

    assert case.behind("claim_corrections") == {"l"}


def test_a_line_that_falls_leaves_room_for_the_line_after_it(case: Case) -> None:
    case.job("j", person="p", started_on=SPRING, verified_on="")
    case.job("k", person="p", started_on=SPRING)
    case.line("m", "k")

    assert case.behind("claim_corrections") == {"l"}


def test_what_is_taken_back_leaves_room_under_the_cap_and_the_value(case: Case) -> None:
    case.contract("c", value="100")
    case.term("t-job_start", cap="1")
    case.job("j", started_on=SPRING, verified_on="")
    case.job("k")

    assert case.behind("claim_job_start") == {"k"}


def test_a_line_corrected_before_stands_no_more(case: Case) -> None:
    case.line("back", "j", "correction", corrects_id="l", amount="-100")
    assert case.behind("claim_corrections") == set()
    assert case.behind("claim_job_start") == {"j"}

    case.line("back", "j", "correction", quarter="2007-08-Q2", corrects_id="l", amount="-100")
    assert case.behind("claim_job_start") == set()


# Rejected by the funder


@pytest.mark.parametrize(
    ("rejected_on", "verified_on", "taken_back", "outcome"),
    [
        ("2007-08-01", "2007-05-02", {"l"}, "not_proven"),
        ("2007-08-01", "2007-08-01", {"l"}, "not_proven"),
        ("2007-08-01", "2007-08-02", {"l"}, "claimed"),
        ("2007-09-30", "2007-05-02", {"l"}, "not_proven"),
        ("2007-10-01", "2007-05-02", set(), "signed"),
    ],
)
def test_a_rejected_item_is_taken_back_and_claimed_again_with_newer_proof(
    case: Case, rejected_on: str, verified_on: str, taken_back: set[str], outcome: str
) -> None:
    case.line("l", "j", rejected_on=rejected_on)
    case.job("j", started_on=SPRING, verified_on=verified_on)

    assert case.behind("claim_corrections") == taken_back
    assert case.behind("claim_job_start") == ({"j"} if outcome == "claimed" else set())
    assert case.reasons() == ({"j": outcome} if outcome == "not_proven" else {})


def test_proof_must_be_newer_than_every_rejection_also_of_lines_that_stand_no_more(case: Case) -> None:
    case.line("a", "j", quarter="2006-07-Q4", rejected_on="2007-08-01")
    case.line("back", "j", "correction", corrects_id="a", amount="-100")
    case.line("l", "j", rejected_on="2007-07-01")
    case.job("j", started_on=SPRING, verified_on=PROVEN)

    assert case.behind("claim_corrections") == {"l"}
    assert case.reasons() == {"j": "not_proven"}


def test_the_rejection_of_a_correction_means_nothing(case: Case) -> None:
    case.line("back", "j", "correction", corrects_id="l", amount="-100", rejected_on="2007-08-01")

    assert case.behind("claim_job_start") == {"j"}


def test_a_rejected_credit_needs_no_newer_proof(case: Case) -> None:
    case.spend("credit", "-50", incurred_on=SPRING, defrayed_on="")
    case.line("m", "credit", "spend", amount="-50", rejected_on="2007-08-01")

    assert case.behind("claim_corrections") == {"m"}
    assert case.figure("claim_corrections", "amount") == ("50.00", "50.00", "50.00")
    assert case.behind("claim_spend") == {"credit"}
