"""A document goes through its chain: each step done once, by somebody who did no other, or sent back with a reason.

A row lock makes two people at once one after the other; ``seen`` is the version that the page was drawn from, so that
whoever comes second is told who did what. Acts are only ever added. Doing the last step is work for a worker, because
it freezes the document: act, frozen document and state are stored together or not at all.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.enums import SignOffVerb
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import BackgroundJob, SignOff, SignOffAct, SignOffPart, StaffMember
from partners.platform.dates import short_date
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.declarations import document_called, document_of
from partners.platform.signoff.standing import FIRST, Standing, name_of, standing_of, steps_to_be
from partners.platform.signoff.telling import tell_next, tell_sent_back
from partners.working_days import after_working_days

JOB = "sign-off"


def do_step(record: Any, *, by: StaffMember, seen: int, today: date) -> BackgroundJob | None:
    """Do the step that waits; the last one is asked of a worker, whose job is returned.

    :raises NotAllowed: it is not this person's to do now, with why not and who can
    :raises ChangedMeanwhile: somebody acted since the page was drawn; the sentence says who did what
    """
    with transaction.atomic():
        sign_off = _locked(record)
        if sign_off is not None and _was_mine_already(sign_off, by=by, seen=seen):
            return None
        standing = _checked(record, by=by, seen=seen, today=today)
        _not_held(record)
        if standing.is_last:
            return _ask_to_sign(record, standing, by=by)
        if sign_off is None:
            sign_off = _begin(record, today=today)
        _act(sign_off, standing, by=by, verb=SignOffVerb.DONE)
        if standing.step is not None and standing.step.position == FIRST:
            document_of(record).begun(record)
        _go_to(sign_off, sign_off.position + 1, today=today)
        tell_next(record, sign_off, today=today)
        return None


def send_back(record: Any, *, by: StaffMember, to: int, reason: str, seen: int, today: date) -> None:
    """Send a document back to an earlier step, which opens a new round there; its reason is told to whoever did it.

    :raises CaseloadError: no reason, or not an earlier step
    :raises NotAllowed, ChangedMeanwhile: as :func:`do_step`
    """
    if not reason.strip():
        raise CaseloadError("Say what is to be put right.", field="reason")
    with transaction.atomic():
        sign_off = _locked(record)
        standing = _checked(record, by=by, seen=seen, today=today)
        target = next((each for each in standing.earlier if each.position == to), None)
        if sign_off is None or target is None:
            raise CaseloadError("Choose an earlier step.", field="to")
        _no_job_at_work(sign_off)
        act = _act(sign_off, standing, by=by, verb=SignOffVerb.SENT_BACK, to=to, reason=reason.strip())
        sign_off.round += 1
        _go_to(sign_off, to, today=today)
        if to == FIRST:
            document_of(record).sent_back(record)
        tell_sent_back(record, act, target, today=today)


@jobs.job_kind(JOB)
def sign(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Do the last step as its job asks: once, however often the job is rung."""
    document = document_called(job.payload["kind"])
    if document is None:
        raise CaseloadError("Documents of this kind are not signed off any more.")
    record = document.model._default_manager.get(pk=job.payload["record"])
    by = StaffMember.from_uid(job.payload["by"])
    tell(0, 2, "Freezing")
    sign_off, now = _locked(record), timezone.now()
    if sign_off is None or sign_off.ended_at is not None:
        return {}
    standing = _checked(record, by=by, seen=int(job.payload["seen"]), today=timezone.localdate())
    _not_held(record)
    _act(sign_off, standing, by=by, verb=SignOffVerb.DONE, at=now)
    document.signed(record, by, now)
    tell(1, 2, "Signed")
    sign_off.position, sign_off.ended_at = len(standing.steps) + 1, now
    sign_off.due_on, sign_off.version = None, sign_off.version + 1
    sign_off.save()
    return {}


def job_of(sign_off: SignOff) -> BackgroundJob | None:
    """Return the newest work on the last step of a document, finished or not."""
    found: BackgroundJob | None = (
        BackgroundJob.objects.filter(kind=JOB, subject_key=_key(sign_off)).order_by("-pk").first()
    )
    return found


def _ask_to_sign(record: Any, standing: Standing, *, by: StaffMember) -> BackgroundJob:
    document, sign_off = document_of(record), standing.sign_off
    if sign_off is None:
        raise CaseloadError("A chain has two steps at least: one who prepares, one who signs.")
    return jobs.ask(
        JOB,
        title=f"Signing: {document.title(record)}",
        payload={"kind": document.kind, "record": record.pk, "by": str(by.uid), "seen": sign_off.version},
        by=by,
        subject_key=_key(sign_off),
    )


def _key(sign_off: SignOff) -> str:
    return f"{sign_off.subject_kind} {sign_off.subject_id}"


def _locked(record: Any) -> SignOff | None:
    """Take the document and its sign-off for this transaction alone: of two who act, one waits for the other."""
    type(record)._default_manager.select_for_update().get(pk=record.pk)
    record.refresh_from_db()
    document = document_of(record)
    found: SignOff | None = (
        SignOff.objects.select_for_update().filter(subject_kind=document.kind, subject_id=record.pk).first()
    )
    return found


def _was_mine_already(sign_off: SignOff, *, by: StaffMember, seen: int) -> bool:
    """Tell a second click of the same person, whose first one did the step."""
    if sign_off.version != seen + 1:
        return False
    newest = sign_off.acts.select_related("part").order_by("-id").first()
    return newest is not None and newest.part.staff_id == by.pk and newest.verb == SignOffVerb.DONE


def _checked(record: Any, *, by: StaffMember, seen: int, today: date) -> Standing:
    standing = standing_of(record, by, today=today)
    if standing is None:
        raise CaseloadError("No chain of sign-off is set for this document.")
    if standing.version != seen:
        newest = standing.acts[-1]
        step = next(each for each in standing.steps if each.position == newest.position)
        said = "sent it back" if newest.verb == SignOffVerb.SENT_BACK else f"did this step: {name_of(step)}"
        when = timezone.localtime(newest.at)
        raise ChangedMeanwhile(
            f"{newest.part.staff.name} {said}, on {short_date(when.date())} at {when:%H:%M}, after you opened the page."
            " Look at it again before you act."
        )
    if not standing.may_act:
        raise NotAllowed(standing.why_not)
    return standing


def _not_held(record: Any) -> None:
    if said := document_of(record).held(record):
        raise CaseloadError(said)


def _no_job_at_work(sign_off: SignOff) -> None:
    job = job_of(sign_off)
    if job is not None and not job.is_over:
        raise CaseloadError("It is being signed at this moment.")


def _begin(record: Any, *, today: date) -> SignOff:
    document = document_of(record)
    chain = document.chain(record)
    sign_off: SignOff = SignOff.objects.create(
        subject_kind=document.kind, subject_id=record.pk, chain=chain.code if chain else ""
    )
    for step in steps_to_be(record):
        step.sign_off = sign_off
        step.save()
    return sign_off


def _act(
    sign_off: SignOff,
    standing: Standing,
    *,
    by: StaffMember,
    verb: SignOffVerb,
    to: int | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> SignOffAct:
    part, _ = SignOffPart.objects.get_or_create(sign_off=sign_off, staff=by, defaults={"position": sign_off.position})
    act: SignOffAct = SignOffAct.objects.create(
        sign_off=sign_off,
        part=part,
        round=sign_off.round,
        position=sign_off.position,
        verb=verb,
        to_position=to,
        reason=reason,
        deputises=standing.is_deputy,
        at=at or timezone.now(),
    )
    return act


def _go_to(sign_off: SignOff, position: int, *, today: date) -> None:
    sign_off.position, sign_off.since, sign_off.escalated_at = position, timezone.now(), None
    sign_off.version += 1
    step = sign_off.steps.get(position=position)
    days, nation = step.working_days, sign_off.consortium.nation
    sign_off.due_on = after_working_days(today, days, nation=nation) if days else None
    sign_off.save()
