"""What one reader reads of a build: whole, or with stars for small numbers (contract KPIS.md, "Small numbers").

The one door to the lines of a build: every page, file, chart and title gets them from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone

from partners.models import PostHolder, StaffMember
from partners.permissions import Capability, may
from partners.platform.frame.charts import STAR
from partners.platform.signoff.posts import code_of_post
from reporting.counting.declarations import Indicator, OutputsOf
from reporting.counting.members import BITS
from reporting.counting.windows import WINDOWS
from reporting.indicators.kinds import KINDS, Kind, known_kinds
from reporting.models import Return, ReturnBuild, ReturnLine


@dataclass(frozen=True)
class Reading:
    """Which lines of a build a reader reads whole: all, or those that count nobody but clients of their own."""

    reads_all: bool
    organisation: int | None = None
    owners: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def is_whole(self, line: str) -> bool:
        if self.reads_all:
            return True
        return self.organisation is not None and set(self.owners.get(line, [0])) <= {self.organisation}

    def of(self, build: ReturnBuild) -> "Reading":
        """Return how the same reader reads another build of this kind of return."""
        return self if self.organisation is None else replace(self, owners=build.owners)


def reading_of(staff: StaffMember, filed: Return, build: ReturnBuild | None) -> Reading:
    """Return what a reader may read of a build: decided for each line, by whether they may open all the people of it.

    Whoever sees every client reads all; so do the people of the return's sign-off chain, in the accountable body.
    Anybody else who works with clients reads whole what never counted others than their organisation's.
    """
    if may(staff, Capability.SEE_ALL_CLIENTS) or is_in_chain(staff, filed):
        return Reading(reads_all=True)
    if build is None or not may(staff, Capability.VIEW_CLIENTS):
        return Reading(reads_all=False)
    return Reading(reads_all=False, organisation=staff.organisation_id, owners=build.owners)


def returns_read(staff: StaffMember) -> QuerySet[Return]:
    """Return the returns somebody may open: a claim only who reads the money of all contracts, or is in its chain."""
    returns: QuerySet[Return] = Return.objects.select_related("consortium")
    if not may(staff, Capability.VIEW_RETURNS):
        return returns.none()
    closed = [kind.code for kind in known_kinds(staff.consortium) if not reads_kind(staff, kind)]
    return returns.exclude(kind__in=closed) if closed else returns


def reads_kind(staff: StaffMember, kind: Kind) -> bool:
    """Tell whether somebody may open returns of a kind (config/decisions/0011: who sees whose money)."""
    return not kind.funder or may(staff, Capability.SEE_ALL_CONTRACTS) or is_in_chain_of(staff, kind.code)


def is_in_chain(staff: StaffMember, filed: Return) -> bool:
    return is_in_chain_of(staff, filed.kind)


def is_in_chain_of(staff: StaffMember, kind: str) -> bool:
    """Tell whether a person has a step in the chain that the pack names for a kind of return: by role or post."""
    if not staff.organisation.accountable_body:
        return False
    data: dict[str, Any] = staff.consortium.pack_data
    code = next((each.get("chain") for each in data.get("returns", []) if each.get("code") == kind), None)
    chains = (chain["steps"] for chain in data.get("sign_off", []) if chain["code"] == code)
    steps: list[dict[str, Any]] = next(chains, [])
    if staff.role in {step["role"] for step in steps if not step.get("named")}:
        return True
    posts = [code_of_post(step["post"]) for step in steps if step.get("named") and step["role"] == staff.role]
    return (
        bool(posts) and PostHolder.objects.on(timezone.localdate()).filter(staff=staff, post__code__in=posts).exists()
    )


def lines_read(
    staff: StaffMember, filed: Return, build: ReturnBuild, lines: QuerySet[ReturnLine] | None = None
) -> list[ReturnLine]:
    """Return lines of a build, in their order, as this person reads them."""
    reading = reading_of(staff, filed, build)
    chosen = ReturnLine.objects.filter(build=build).order_by("id") if lines is None else lines
    return [as_read(line, reading, build) for line in chosen]


def as_read(line: ReturnLine, reading: Reading, build: ReturnBuild) -> ReturnLine:
    """Put stars into a line in hand, where this reader reads them; the stored one stays whole."""
    if not reading.is_whole(line.line):
        for window in WINDOWS:
            if is_starred(line, window, build):
                setattr(line, window, STAR)
                setattr(line, f"{window}_value", None)
        line.starred = 0
    return line


def is_starred(line: ReturnLine, window: str, build: ReturnBuild) -> bool:
    """Tell whether a figure is a star; of a build that was never judged, every one that people may stand behind."""
    if build.small_numbers is not None:
        return bool(line.starred & BITS[window])
    return bool(getattr(line, f"{window}_value")) and tells_of_people(line.line)


def tells_of_people(code: str) -> bool:
    found = [each for kind in KINDS.values() for each in kind.indicators if each.code == code]
    return not found or any(counts_people(each) for each in found)


def counts_people(indicator: Indicator) -> bool:
    measures = indicator.measures
    return (
        indicator.tells.all_of_it
        or bool(indicator.made_from)
        or any(indicator.counts_people(measure) or isinstance(measure, OutputsOf) for measure in measures)
    )


def number_in(line: ReturnLine | None, window: str) -> Decimal | Literal["*"] | None:
    """Return a figure of a line as it is read: a number, a star, or nothing."""
    if line is None:
        return None
    if getattr(line, window) == STAR:
        return STAR
    found: Decimal | None = getattr(line, f"{window}_value")
    return found


def has_star(values: Iterable[object]) -> bool:
    return any(value == STAR for value in values)
