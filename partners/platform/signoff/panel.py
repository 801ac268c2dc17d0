"""What the page of a document shows of its way through the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from partners.enums import SignOffVerb
from partners.models import BackgroundJob, SignOffAct, StaffMember
from partners.platform.frame.pieces import Event, Step
from partners.platform.frame.tags import ago, on, words
from partners.platform.signoff.declarations import document_of
from partners.platform.signoff.engine import job_of
from partners.platform.signoff.standing import FIRST, Standing, name_of, standing_of


@dataclass(frozen=True)
class SignOffPanel:
    """``steps`` as a bar, ``acts`` as a history; ``job`` is work on the last step that is under way or went wrong."""

    kind: str
    record: Any
    standing: Standing
    steps: Sequence[Step]
    acts: Sequence[Event]
    job: BackgroundJob | None
    has_begun: bool

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and not self.job.is_over

    @property
    def may_act(self) -> bool:
        return self.standing.may_act and not self.is_under_way

    @property
    def act_title(self) -> str:
        return words(self.standing.step.action) if self.standing.step else ""


def panel_of(record: Any, staff: StaffMember, *, today: date) -> SignOffPanel | None:
    standing = standing_of(record, staff, today=today)
    if standing is None:
        return None
    job = job_of(standing.sign_off) if standing.sign_off and standing.step else None
    return SignOffPanel(
        kind=document_of(record).kind,
        record=record,
        standing=standing,
        steps=[_step(standing, number) for number in range(FIRST, len(standing.steps) + 1)],
        acts=[event_of(act, standing) for act in reversed(standing.acts)],
        job=job if job is not None and job.state != "done" else None,
        has_begun=standing.sign_off is not None,
    )


def _step(standing: Standing, position: int) -> Step:
    step = standing.steps[position - FIRST]
    title = name_of(step)
    if act := standing.done_by(step):
        return Step(title, "done", f"{who(act)}, {on(act.at)}")
    if standing.step is None or position != standing.step.position:
        return Step(title)
    was_sent_back = bool(standing.acts) and standing.acts[-1].verb == SignOffVerb.SENT_BACK
    due = f"due {ago(standing.due_on)}" if standing.due_on else ""
    return Step(title, "returned" if was_sent_back else "current", due)


def who(act: SignOffAct) -> str:
    return f"{act.part.staff.name}{', deputy' if act.deputises else ''}"


def event_of(act: SignOffAct, standing: Standing) -> Event:
    titles = {step.position: name_of(step) for step in standing.steps}
    if act.verb == SignOffVerb.DONE:
        return Event(titles[act.position], act.at, by=who(act), text=f"Round {act.round}", kind="step")
    said = f"Sent back to: {titles[act.to_position or FIRST]}"
    return Event(said, act.at, by=who(act), text=act.reason, kind="warning")
