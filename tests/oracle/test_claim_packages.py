"""The random packages about claims reach every edge, and what the independent count claims of them holds together."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from tests.oracle.claim import REASONS, REASONS_TO_TAKE_BACK, Claim
from tests.oracle.claim_items import ITEMS
from tests.oracle.claim_lines import key_of_line
from tests.oracle.claim_packages import CLAIM_QUARTERS, random_claim_tables
from tests.oracle.count import LEICESTER
from tests.oracle.packages import QUARTERS, Tables, write_package
from tests.oracle.sheet import Sheet
from tests.oracle.words import Book, Package, windows_of

CAUSES = {"gone", "other_contract", *REASONS_TO_TAKE_BACK, "rejected", "other_amount", "twice", "person_claimed"}
NEXT_QUARTER = dict(pairwise(CLAIM_QUARTERS))


def claim_of(tables: Tables, quarter: str, folder: Path) -> Claim:
    book = Book(Package(write_package(tables, folder)), LEICESTER)
    claim = Claim(book, Sheet(windows_of(quarter, LEICESTER.programme_start)), quarter)
    claim.count()
    return claim


def random_claim(seed: int, folder: Path) -> tuple[str, Tables, Claim]:
    quarter = QUARTERS[seed % len(QUARTERS)]
    tables = random_claim_tables(seed, 1 + seed % 9, quarter)
    return quarter, tables, claim_of(tables, quarter, folder)


def test_random_packages_reach_every_item_reason_and_cause(tmp_path: Path) -> None:
    claims = [random_claim(seed, tmp_path / str(seed))[2] for seed in range(200)]

    assert {item.name for claim in claims for item in claim.claimed} == set(ITEMS)
    assert {reason for claim in claims for _, reason in claim.left_out} == set(REASONS)
    assert {cause for claim in claims for _, cause in claim.taken_back} == CAUSES


@pytest.mark.parametrize("seed", range(40))
def test_the_next_quarter_neither_takes_back_nor_claims_again_what_was_signed(seed: int, tmp_path: Path) -> None:
    quarter, tables, claim = random_claim(seed, tmp_path / "before")

    after = claim_of(signed(tables, claim, quarter), NEXT_QUARTER[quarter], tmp_path / "after")

    rejected_since = {key for key in after.rejections if after.rejections[key] != claim.rejections.get(key)}
    assert {key_of_line(line) for line, _ in after.taken_back} <= rejected_since
    assert {item.key for item in after.claimed} & claim.held <= rejected_since
    assert asked_for(after, "all") - asked_for(after, "quarter") == asked_for(claim, "all")


def asked_for(claim: Claim, window: str) -> Fraction:
    return claim.sheet.total("claim_total", "value", window) or Fraction(0)


def signed(tables: Tables, claim: Claim, quarter: str) -> Tables:
    """The package with this claim signed, and none of its quarter or later."""
    before = {row["id"] for row in tables.get("claims", []) if row["quarter"] < quarter}
    claims = [row for row in tables.get("claims", []) if row["id"] in before]
    lines = [row for row in tables.get("claim_lines", []) if row["claim_id"] in before]
    signed_on = claim.last.isoformat()
    new = [
        {"id": f"new-{number}", "claim_id": "new", **line, "rejected_on": ""}
        for number, line in enumerate(claim.lines())
    ]
    return {
        **tables,
        "claims": [*claims, {"id": "new", "kind": "dwp_claim", "quarter": quarter, "signed_on": signed_on}],
        **({"claim_lines": [*lines, *new]} if lines or new else {}),
    }
