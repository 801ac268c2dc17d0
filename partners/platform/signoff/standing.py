"""What somebody may do with a document now, and if nothing, why not and who can: asked by page, service and Today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from partners.enums import SignOffVerb
from partners.models import Post, SignOff, SignOffAct, SignOffStep, StaffMember
from partners.platform.frame.tags import words
from partners.platform.signoff.declarations import Document, document_of
from partners.platform.signoff.posts import Able, able_to

FIRST = 1


@dataclass(frozen=True)
class Standing:
    """Where a document stands for one reader.

    ``step`` is the one to be done, None when all are. ``why_not`` is empty for whoever may do it. ``people`` are those
    who can. ``version`` counts the acts so far; ``is_mine`` says that the step is this reader's.
    """

    sign_off: SignOff | None
    steps: Sequence[SignOffStep]
    acts: Sequence[SignOffAct]
    step: SignOffStep | None
    people: Sequence[Able]
    why_not: str
    is_deputy: bool

    @property
    def version(self) -> int:
        return self.sign_off.version if self.sign_off else 0

    @property
    def round(self) -> int:
        return self.sign_off.round if self.sign_off else 1

    @property
    def may_act(self) -> bool:
        return self.step is not None and not self.why_not

    @property
    def is_last(self) -> bool:
        return self.step is not None and self.step.position == len(self.steps)

    @property
    def earlier(self) -> list[SignOffStep]:
        """The steps that the document can be sent back to."""
        return [each for each in self.steps if self.step is not None and each.position < self.step.position]

    @property
    def since(self) -> datetime | None:
        return self.sign_off.since if self.sign_off else None

    @property
    def due_on(self) -> date | None:
        return self.sign_off.due_on if self.sign_off else None

    def done_by(self, step: SignOffStep) -> SignOffAct | None:
        """Return the act of a step that still holds: the newest, if the document was not sent back behind it since."""
        if self.sign_off is None or step.position >= self.sign_off.position:
            return None
        done = [each for each in self.acts if each.position == step.position and each.verb == SignOffVerb.DONE]
        return done[-1] if done else None


def standing_of(record: Any, staff: StaffMember | None, *, today: date) -> Standing | None:
    """Say where a document stands, and what one person may do now; None for a document without a chain."""
    document = document_of(record)
    steps = steps_of(document, record)
    sign_off = steps[0].sign_off if steps else None
    steps = steps or steps_to_be(record)
    if not steps:
        return None
    acts = acts_of(sign_off)
    position = sign_off.position if sign_off else FIRST
    step = next((each for each in steps if each.position == position), None)
    if step is None:
        return Standing(sign_off, steps, acts, None, [], "Every step is done.", is_deputy=False)
    able = able_to([step], today=today, begun=round_began(acts))[position]
    makers = document.makers(record) if position > FIRST else ()
    refused = refusals(steps, acts, makers=makers, position=position)
    refused = {**newcomers(able, refused, sign_off, today=today), **refused}
    people = [each for each in able if each.staff.pk not in refused]
    mine = next((each for each in able if staff is not None and each.staff.pk == staff.pk), None)
    why_not = _why_not(document, record, step, mine=mine, people=people, refused=refused)
    return Standing(sign_off, steps, acts, step, people, why_not, is_deputy=bool(mine and mine.is_deputy))


def steps_of(document: Document, record: Any) -> list[SignOffStep]:
    """Return the steps of a document whose sign-off has begun, with it; none before."""
    steps = SignOffStep.objects.filter(sign_off__subject_kind=document.kind, sign_off__subject_id=record.pk)
    return list(steps.select_related("sign_off__consortium", "post").order_by("position"))


def acts_of(sign_off: SignOff | None) -> list[SignOffAct]:
    if sign_off is None:
        return []
    return list(sign_off.acts.select_related("part__staff").order_by("id"))


def steps_to_be(record: Any) -> list[SignOffStep]:
    """Return the steps that a document would go, not stored yet; none where its pack names no chain for it."""
    chain = document_of(record).chain(record)
    if chain is None:
        return []
    codes = {step.post_code for step in chain.steps} - {""}
    posts = {post.code: post for post in Post.objects.filter(code__in=codes)} if codes else {}
    return [
        SignOffStep(
            position=step.position,
            action=step.action,
            title=step.title,
            role=step.role,
            post=posts.get(step.post_code),
            working_days=step.working_days,
        )
        for step in chain.steps
    ]


def refusals(
    steps: Sequence[SignOffStep], acts: Sequence[SignOffAct], *, makers: Any, position: int
) -> Mapping[int, str]:
    """Return, by the key of a person, why they may not do a step though post or role are theirs."""
    titles = {step.position: name_of(step) for step in steps}
    found = dict.fromkeys(makers, "You built it, and somebody else checks it.")
    for act in acts:
        if act.part.position != position:
            found[act.part.staff_id] = f"You did another step of it: {titles[act.part.position]}. One person, one step."
    return found


def round_began(acts: Sequence[SignOffAct]) -> datetime | None:
    """Return when the round under way began: at the newest sending back, or at the first act."""
    openings = [each.at for each in acts if each.verb == SignOffVerb.SENT_BACK] or [each.at for each in acts[:1]]
    return openings[-1] if openings else None


def newcomers(
    able: Sequence[Able], refused: Mapping[int, str], sign_off: SignOff | None, *, today: date
) -> Mapping[int, str]:
    """Return, with why not, those who got the step's role only after the round began.

    They wait while somebody who had it before can do the step in time: nobody is put between the checks of a document
    under way. Where nobody else is left, or the step is late, they count, so that it never stands still for good.
    """
    is_late = sign_off is not None and sign_off.due_on is not None and sign_off.due_on < today
    settled = [each for each in able if not each.is_new and each.staff.pk not in refused]
    if is_late or not settled:
        return {}
    why = "You have this role only since this round of it began."
    return {each.staff.pk: why for each in able if each.is_new}


def _why_not(
    document: Document,
    record: Any,
    step: SignOffStep,
    *,
    mine: Able | None,
    people: Sequence[Able],
    refused: Mapping[int, str],
) -> str:
    if mine is None:
        return f"This step waits for {waits_for(step, people)}."
    if mine.staff.pk in refused:
        return f"{refused[mine.staff.pk]} It waits for {waits_for(step, people)}."
    return document.not_ready(record) if step.position == FIRST else ""


def waits_for(step: SignOffStep, people: Sequence[Able]) -> str:
    """Name who can do a step: ``Mo Example (programme manager)``; of one that nobody can, what to do about it."""
    title = step.title[:1].lower() + step.title[1:]
    if people:
        names = [f"{each.staff.name}{', deputy' if each.is_deputy else ''}" for each in people[:4]]
        return f"{' or '.join(names)} ({title})"
    if step.post_id:
        return f"the {title}; the post is vacant, or its holder has done another step. An administrator names a holder"
    return f"somebody else who is {title}; an administrator invites one"


def name_of(step: SignOffStep) -> str:
    """Return what a step is called: ``Check, Programme manager``."""
    return f"{words(step.action)}, {step.title}"
