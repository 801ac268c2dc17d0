"""What becomes of a person's outcomes: expected, achieved, proven; and, another thing, claimed, paid or taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from caseload.models import EmploymentCheck, Job
from partners.platform.dates import long_date
from reporting.enums import ClaimState, OutcomeItem, OutcomeState
from reporting.models import Claim, ClaimLine, OutcomeShare

WEEKS = {OutcomeItem.SUSTAINED_13W: 13, OutcomeItem.SUSTAINED_26W: 26, OutcomeItem.SUSTAINED_52W: 52}


@dataclass(frozen=True)
class Outcome:
    """One outcome of a job: its own ``state`` on ``day``, and what is claimed of it, ``by`` whom.

    ``is_anothers``: the person's outcome is counted already, for another job under the same stream.
    """

    job: Job
    item: OutcomeItem
    day: date
    state: OutcomeState
    proven_on: date | None = None
    claimed: ClaimState | None = None
    by: str = ""
    is_anothers: bool = False
    shares: Sequence[OutcomeShare] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        if self.state == OutcomeState.PROVEN and self.proven_on:
            return f"{self.state.label} on {long_date(self.proven_on)}"
        return f"{self.state.label} {'on' if self.state != OutcomeState.DUE else 'since'} {long_date(self.day)}"

    @property
    def claim_in_words(self) -> str:
        if self.claimed is None:
            return "Not claimed"
        if self.is_anothers:
            return f"Already counted by {self.by}. It cannot be claimed again under this stream."
        return f"{self.claimed.label}: {self.by}"


def outcomes_of(records: Sequence[int], *, today: date) -> list[Outcome]:
    """Return the outcomes of the jobs of one person, whose client records are given; of contracts only: five queries.

    Which of several checks of a week counts is the rule of the claim: the latest, then the highest id.
    """
    jobs = list(
        Job.objects.filter(client__in=records, contract__isnull=False)
        .select_related("contract__provider", "contract__funding_stream", "employer")
        .order_by("started_on", "pk")
    )
    if not jobs:
        return []
    checks: dict[tuple[int, int], EmploymentCheck] = {}
    for check in EmploymentCheck.objects.filter(job__in=jobs).order_by("checked_on", "external_id"):
        checks[check.job_id, check.week] = check
    claimed = claimed_lines(records)
    shares: dict[tuple[int, str], list[OutcomeShare]] = {}
    for share in OutcomeShare.objects.filter(job__in=jobs).select_related("organisation").order_by("pk"):
        shares.setdefault((share.job_id, share.item), []).append(share)
    return [
        _with_claim(_outcome(job, item, checks, today=today), claimed, shares.get((job.pk, item), []))
        for job in jobs
        for item in OutcomeItem
    ]


@dataclass(frozen=True)
class Claimed:
    """A line of a signed claim, and what became of it."""

    line: ClaimLine
    state: ClaimState


def claimed_lines(records: Sequence[int]) -> list[Claimed]:
    """Return what signed claims ask for of one person, the newest first, with what was paid on each claim."""
    lines = ClaimLine.objects.filter(job__client__in=records).exclude(item="correction")
    found = list(
        lines.select_related("claim", "contract__provider", "contract__funding_stream")
        .prefetch_related("corrections__claim")
        .order_by("-claim__quarter", "-pk")
    )
    balances = paid_of([line.claim_id for line in found])
    return [Claimed(line, state_of_line(line, balances.get(line.claim_id))) for line in found]


def paid_of(claims: Sequence[int]) -> dict[int, tuple[Any, Any]]:
    """Return of each claim what it asks for and what was paid, in pounds."""
    chosen = Claim.objects.filter(pk__in=set(claims))
    asked = dict(chosen.annotate(total=Sum("lines__amount")).values_list("pk", "total"))
    paid = dict(chosen.annotate(total=Sum("payments__amount")).values_list("pk", "total"))
    return {key: (asked[key] or 0, paid.get(key)) for key in asked}


def state_of_line(line: ClaimLine, balance: tuple[Any, Any] | None) -> ClaimState:
    if line.corrections.all():
        return ClaimState.TAKEN_BACK
    return ClaimState.REJECTED if line.rejected_on else state_of_claim(*(balance or (0, None)))


def state_of_claim(asked: Any, paid: Any) -> ClaimState:
    """Tell how far a claim is paid; ``paid`` is None where no payment was recorded."""
    if paid is None:
        return ClaimState.CLAIMED
    if paid <= 0:
        return ClaimState.REFUNDED
    return ClaimState.PAID if paid >= asked else ClaimState.PART_PAID


def _outcome(job: Job, item: OutcomeItem, checks: dict[tuple[int, int], EmploymentCheck], *, today: date) -> Outcome:
    if item == OutcomeItem.JOB_START:
        state = OutcomeState.PROVEN if job.verified_on else OutcomeState.ACHIEVED
        return Outcome(job, item, job.started_on, state, job.verified_on)
    day = job.started_on + timedelta(weeks=WEEKS[item])
    check = checks.get((job.pk, WEEKS[item]))
    if check is None:
        return Outcome(job, item, day, OutcomeState.EXPECTED if day > today else OutcomeState.DUE)
    if not check.in_work:
        return Outcome(job, item, day, OutcomeState.MISSED)
    state = OutcomeState.PROVEN if check.verified_on else OutcomeState.ACHIEVED
    return Outcome(job, item, day, state, check.verified_on)


def _with_claim(outcome: Outcome, claimed: Sequence[Claimed], shares: Sequence[OutcomeShare]) -> Outcome:
    """Add what is claimed of it: its own newest line, or another's that stands for the same person and stream."""
    same = [each for each in claimed if each.line.item == outcome.item]
    own = next((each for each in same if each.line.job_id == outcome.job.pk), None)
    contract = outcome.job.contract
    others = [
        each
        for each in same
        if contract is not None
        and each.line.contract.funding_stream_id == contract.funding_stream_id
        and each.state != ClaimState.TAKEN_BACK
        and each.line.job_id != outcome.job.pk
    ]
    found = own if own and (own.state != ClaimState.TAKEN_BACK or not others) else next(iter(others), None)
    facts = {name: getattr(outcome, name) for name in ("job", "item", "day", "state", "proven_on")}
    if found is None:
        return Outcome(**facts, shares=shares)
    by = f"{found.line.contract.provider}, {found.line.claim}"
    return Outcome(**facts, claimed=found.state, by=by, is_anothers=found is not own, shares=shares)
