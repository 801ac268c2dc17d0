"""What earlier claims asked for: the first paragraph of "The claim" in the counting rules."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.claim_items import ItemKey
from tests.oracle.words import Book, Row, day, known_day, text

KIND = "dwp_claim"


def key_of_line(line: Row) -> ItemKey:
    return line["item"], text(line, "expenditure_id") if line["item"] == "spend" else text(line, "job_id")


@dataclass
class Earlier:
    """The lines of the claims of quarters before `quarter`, in the order of their claim's quarter, then their id."""

    book: Book
    quarter: str
    quarter_of_claim: dict[str, str] = field(default_factory=dict)
    lines: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.quarter_of_claim = {
            claim["id"]: claim["quarter"]
            for claim in self.book.rows("claims")
            if claim["kind"] == KIND and claim["quarter"] < self.quarter
        }
        lines = [line for line in self.book.rows("claim_lines") if line["claim_id"] in self.quarter_of_claim]
        self.lines = sorted(lines, key=lambda line: (self.quarter_of_claim[line["claim_id"]], line["id"]))

    def standing(self) -> list[Row]:
        """A line stands "unless it is a correction or a line of an earlier claim corrects it"."""
        corrected = {text(line, "corrects_id") for line in self.lines}
        return [line for line in self.lines if line["item"] != "correction" and line["id"] not in corrected]

    def rejections(self, last: date) -> dict[ItemKey, list[date]]:
        """The days up to `last` on which the funder rejected an item, by lines that stand or do not."""
        found: dict[ItemKey, list[date]] = defaultdict(list)
        for line in self.lines:
            if line["item"] != "correction" and was_rejected(line, last):
                found[key_of_line(line)].append(known_day(line, "rejected_on"))
        return found

    def of_year(self, line: Row) -> bool:
        return self.quarter_of_claim[line["claim_id"]][:7] == self.quarter[:7]


def was_rejected(line: Row, last: date) -> bool:
    rejected = day(line, "rejected_on")
    return rejected is not None and rejected <= last
