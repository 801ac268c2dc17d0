"""What is due when, to whom and in which state, for a year ahead: the steps of the pack's chains, milestones, risks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from partners.models import Consortium, SignOff
from partners.platform.frame.tags import words
from partners.platform.signoff.declarations import Chain, ChainStep, chain_of
from partners.working_days import after_working_days
from reporting.counting.windows import Quarter
from reporting.enums import ReturnState, RiskStatus
from reporting.models import Milestone, Return, Risk
from reporting.queries.report import return_name

AHEAD = timedelta(days=366)
QUARTERS_AHEAD = 4
SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Due:
    """One thing that is due. ``record`` is what it is about, None for a return that nobody has begun."""

    on: date
    what: str
    who: str = ""
    is_done: bool = False
    is_waiting: bool = False
    record: Any = None

    def state(self, today: date) -> str:
        if self.is_done:
            return "Done"
        if self.on < today:
            return "Late"
        return "Waits now" if self.is_waiting else "Coming"


@dataclass(frozen=True, kw_only=True)
class DueStep(Due):
    """A step of a return's chain; ``filed`` is not stored while nobody has begun it."""

    filed: Return
    quarter: Quarter
    step: ChainStep
    round: int = 1

    @property
    def key(self) -> str:
        return f"{self.filed.kind} {self.quarter} step {self.step.position} round {self.round}"


def calendar_of(consortium: Consortium, *, today: date) -> list[Due]:
    """Return all that is due up to a year from today, and what is late, by its day: three queries."""
    found: list[Due] = [*steps_due(consortium, today=today), *_ends(today), *_milestones(today), *_risks(today)]
    return sorted((each for each in found if each.on <= today + AHEAD), key=lambda each: (each.on, each.what))


def steps_due(consortium: Consortium, *, today: date) -> list[DueStep]:
    """Return the steps of each return that has a chain: of last quarter, this one and those of a year ahead.

    Earlier returns that somebody began and nobody signed are late, and stand here too.
    """
    kinds = _kinds(consortium)
    last = Quarter.of(today).before
    quarters = [last]
    for _ in range(QUARTERS_AHEAD):
        quarters.append(quarters[-1].after)
    wanted = Q(quarter__in=[str(each) for each in quarters]) | ~Q(state=ReturnState.SIGNED)
    sign_off = SignOff.objects.filter(
        consortium=OuterRef("consortium"), subject_kind=Return._meta.label_lower, subject_id=OuterRef("pk")
    )
    rows = Return.objects.filter(wanted, kind__in=kinds).annotate(
        sign_off_round=Subquery(sign_off.values("round")),
        sign_off_position=Subquery(sign_off.values("position")),
        sign_off_due=Subquery(sign_off.values("due_on")),
    )
    returns = {(each.kind, each.quarter): each for each in rows}
    for filed in returns.values():
        filed.consortium = consortium
    began = consortium.programme_start
    pairs = {(kind, str(quarter)) for kind in kinds for quarter in quarters if not began or quarter.end >= began}
    found: list[DueStep] = []
    for kind, quarter in sorted({*pairs, *returns}):
        filed = returns.get((kind, quarter)) or Return(consortium=consortium, kind=kind, quarter=quarter)
        found += _steps(kinds[kind], filed, nation=consortium.nation)
    return found


def next_steps(consortium: Consortium, *, today: date) -> list[DueStep]:
    """Return of each return the step that comes next; the others wait for it."""
    first: dict[tuple[str, str], DueStep] = {}
    for each in steps_due(consortium, today=today):
        if not each.is_done:
            first.setdefault((each.filed.kind, each.filed.quarter), each)
    return sorted(first.values(), key=lambda each: each.on)


def _kinds(consortium: Consortium) -> dict[str, Chain]:
    data: dict[str, Any] = consortium.pack_data
    chains = {
        each["code"]: chain_of(consortium, each["chain"]) for each in data.get("returns", []) if each.get("chain")
    }
    return {code: chain for code, chain in chains.items() if chain is not None}


def _steps(chain: Chain, filed: Any, *, nation: str) -> Iterator[DueStep]:
    """Yield the steps of one return: each so many working days after the one before, the first after its quarter.

    From the step that waits on, days are counted from when that is due.
    """
    quarter = Quarter.parse(filed.quarter)
    round_ = getattr(filed, "sign_off_round", None)
    position = filed.sign_off_position if round_ else 1
    is_signed = filed.state == ReturnState.SIGNED
    day = quarter.end
    for step in chain.steps:
        day = after_working_days(day, step.working_days or 0, nation=nation)
        if round_ and step.position == position and filed.sign_off_due:
            day = filed.sign_off_due
        yield DueStep(
            on=day,
            what=f"{return_name(filed)}: {words(step.action).lower()}",
            who=step.title,
            is_done=is_signed or step.position < position,
            is_waiting=bool(round_) and step.position == position and not is_signed,
            record=None if filed._state.adding else filed,
            filed=filed,
            quarter=quarter,
            step=step,
            round=round_ or 1,
        )


def _ends(today: date) -> Iterator[Due]:
    quarter = Quarter.of(today)
    for _ in range(QUARTERS_AHEAD):
        yield Due(on=quarter.end, what=f"{quarter.name} ends", who="Everybody who records")
        quarter = quarter.after


def _milestones(today: date) -> Sequence[Due]:
    waiting = Milestone.objects.filter(achieved_on__isnull=True, due_on__lte=today + AHEAD)
    return [Due(on=each.due_on, what=f"Milestone: {each.title}", record=each) for each in waiting]


def _risks(today: date) -> Sequence[Due]:
    quarter = Quarter.of(today)
    old = Q(reviewed_on__isnull=True) | Q(reviewed_on__lt=quarter.start)
    risks = Risk.objects.filter(old, status=RiskStatus.OPEN).order_by("title", "pk")
    return [
        Due(on=quarter.end, what=f"Review of the risk: {each.title}", who=each.owner, record=each) for each in risks
    ]
