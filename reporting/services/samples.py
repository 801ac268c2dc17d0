"""Samples of a signed claim: drawn by a seed, examined line by line, and extrapolated to the whole (PEERS 4.13).

The order of the lines is that of the SHA-256 of seed and line, so the same seed draws the same lines on any machine.
Random: the first lines of that order; what is wrong per pound of them holds for all. By monetary unit: the pounds of
the lines stand in that order in one row, every so many is met, from a start that the seed gives; the mean of what
share of each met line is wrong holds for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.changing import keep
from reporting.enums import ClaimItem, Finding, SampleDecision, SampleMethod
from reporting.models import Claim, ClaimLine, ClaimSample, SampledLine

PENCE = Decimal("0.01")
MOST = 500


@dataclass(frozen=True)
class Extrapolated:
    """``rate`` is the share of the pounds that is wrong; ``amount`` that of the whole, in pounds and pence."""

    rate: Fraction
    amount: Decimal


def may_examine(staff: StaffMember) -> bool:
    """Tell whether somebody draws samples and writes findings: the accountable body's auditors."""
    return may(staff, Capability.VIEW_AUDIT) and may(staff, Capability.SEE_ALL_CONTRACTS)


def may_decide(sample: ClaimSample, staff: StaffMember) -> bool:
    """Tell whether somebody decides: who keeps the money, and neither drew the sample nor wrote a finding of it."""
    if sample.decision or not may(staff, Capability.KEEP_MONEY) or sample.drawn_by_id == staff.pk:
        return False
    return not SampledLine.objects.filter(sample=sample, found_by=staff).exists()


def population(claim: Claim) -> list[ClaimLine]:
    """Return what a sample is drawn from: the lines above nought that the claim asks for, no corrections."""
    lines = ClaimLine.objects.filter(claim=claim, amount__gt=0).exclude(item=ClaimItem.CORRECTION)
    return list(lines.order_by("pk"))


def drawn(lines: Sequence[ClaimLine], *, method: str, seed: str, size: int) -> list[tuple[ClaimLine, int]]:
    """Return the drawn lines in their order, each with how often it was met."""
    ordered = sorted(lines, key=lambda line: _digest(seed, str(line.uid)))
    if method == SampleMethod.RANDOM:
        return [(line, 1) for line in ordered[:size]]
    whole = sum((Fraction(line.amount) for line in ordered), Fraction(0))
    step = whole / size
    start = step * Fraction(int(_digest(seed, "start"), 16), 16**64)
    found: list[tuple[ClaimLine, int]] = []
    passed, met = Fraction(0), 0
    for line in ordered:
        passed += Fraction(line.amount)
        hits = 0
        while met < size and start + met * step < passed:
            hits, met = hits + 1, met + 1
        if hits:
            found.append((line, hits))
    return found


def _digest(seed: str, what: str) -> str:
    return sha256(f"{seed}\n{what}".encode()).hexdigest()


def draw(claim: Claim, *, method: str, seed: str, size: int, by: StaffMember) -> ClaimSample:
    """Draw a sample and store it with its seed.

    :raises CaseloadError: more lines than the claim has, or the same sample again
    """
    if not may_examine(by):
        raise NotAllowed
    if not seed.strip():
        raise CaseloadError("Enter a seed: any word or number that was agreed before.", field="seed")
    lines = population(claim)
    if not 1 <= size <= min(len(lines), MOST):
        raise CaseloadError(
            f"Enter a size of 1 to {min(len(lines), MOST):,}: the claim has {len(lines):,} lines to draw from.",
            field="size",
        )
    sample = ClaimSample(
        claim=claim,
        method=method,
        seed=seed.strip(),
        size=size,
        number=len(lines),
        amount=sum((line.amount for line in lines), Decimal(0)),
        drawn_by=by,
    )
    found = drawn(lines, method=method, seed=sample.seed, size=size)
    try:
        with transaction.atomic():
            keep(sample)
            for place, (line, hits) in enumerate(found, 1):
                keep(SampledLine(sample=sample, line=line, place=place, hits=hits))
    except IntegrityError as twice:
        raise CaseloadError(
            "This sample was drawn already: the same seed draws the same lines.", field="seed"
        ) from twice
    return sample


def find(
    sampled: SampledLine, *, finding: str, wrong: Decimal | None, note: str, version: int, by: StaffMember
) -> SampledLine:
    """Write what was found on one line of a sample that is not decided; ``wrong`` is pounds nothing proves."""
    if not may_examine(by):
        raise NotAllowed
    with transaction.atomic():
        sample: ClaimSample = ClaimSample.objects.select_for_update(of=("self",)).get(pk=sampled.sample_id)
        current: SampledLine = (
            SampledLine.objects.select_for_update(of=("self",)).select_related("line").get(pk=sampled.pk)
        )
        if sample.decision:
            raise CaseloadError("This sample is decided: its findings stay as they are.")
        if current.version != version:
            raise ChangedMeanwhile
        current.wrong = _wrong(current.line, finding, wrong)
        if finding != Finding.PASS and not note.strip():
            raise CaseloadError("Say what is missing or in question.", field="note")
        current.finding, current.note = finding, note.strip()
        current.found_by, current.found_at = by, timezone.now()
        current.version += 1
        current.save()
        return current


def _wrong(line: ClaimLine, finding: str, wrong: Decimal | None) -> Decimal | None:
    """Return the pounds that a finding says are not proven: none of a line that is, all of one that is not told."""
    if finding == Finding.FAIL:
        amount = line.amount if wrong is None else wrong
        if not 0 < amount <= line.amount:
            raise CaseloadError(
                f"Enter more than 0 and at most £{line.amount:,.2f}, what the line asks.", field="wrong"
            )
        return amount
    if wrong:
        raise CaseloadError("Only of a line that is not proven are pounds wrong.", field="wrong")
    return Decimal(0) if finding == Finding.PASS else None


def extrapolated(sample: ClaimSample) -> Extrapolated | None:
    """Return what the findings mean for the whole claim; None while a line is unexamined or in question."""
    rows = list(SampledLine.objects.filter(sample=sample).select_related("line"))
    if any(row.finding not in (Finding.PASS, Finding.FAIL) for row in rows) or not rows:
        return None
    wrong = [Fraction(row.wrong or 0) for row in rows]
    asked = [Fraction(row.line.amount) for row in rows]
    if sample.method == SampleMethod.RANDOM:
        rate = sum(wrong, Fraction(0)) / sum(asked, Fraction(0))
    else:
        tainted = [each / of * row.hits for each, of, row in zip(wrong, asked, rows, strict=True)]
        rate = sum(tainted, Fraction(0)) / sum(row.hits for row in rows)
    pounds = rate * Fraction(sample.amount)
    amount = (Decimal(pounds.numerator) / Decimal(pounds.denominator)).quantize(PENCE, ROUND_HALF_UP)
    return Extrapolated(rate, amount)


def decide(sample: ClaimSample, *, decision: str, reason: str, by: StaffMember) -> ClaimSample:
    """Decide whether the extrapolated amount is held against the next claim; never by who drew the sample."""
    with transaction.atomic():
        current: ClaimSample = ClaimSample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
        if current.decision:
            raise ChangedMeanwhile
        if not may_decide(current, by):
            raise NotAllowed("You drew this sample, examined a line of it, or keep no money. Somebody else decides it.")
        found = extrapolated(current)
        if found is None:
            raise CaseloadError("Some of its lines are not examined, or are in question. Finish those first.")
        if not reason.strip():
            raise CaseloadError("Enter the reason.", field="reason")
        current.decision, current.correction = SampleDecision(decision), found.amount
        current.reason, current.decided_by, current.decided_at = reason.strip(), by, timezone.now()
        current.version += 1
        current.save()
        return current


def held_against(claims: str, quarter: str) -> list[ClaimSample]:
    """Return the corrections accepted from samples of earlier claims of a kind: beside the next claim, not in it."""
    rows = ClaimSample.objects.filter(
        claim__kind=claims, claim__quarter__lt=quarter, decision=SampleDecision.ACCEPTED, correction__gt=0
    )
    return list(rows.select_related("claim", "decided_by").order_by("claim__quarter", "pk"))
