"""Who is told what in the bell of a document on its way: the next, whom it is sent back to, and of late steps."""

from datetime import date
from typing import Any

from django.utils import timezone

from partners.models import SignOff, SignOffAct, SignOffStep, StaffMember
from partners.platform.dates import short_date
from partners.platform.signoff.declarations import document_called, document_of
from partners.platform.signoff.posts import able_to, code_of_post, holders_of
from partners.platform.signoff.standing import FIRST, acts_of, name_of, newcomers, refusals, round_began
from partners.services.notices import tell
from partners.working_days import after_working_days


def tell_next(record: Any, sign_off: SignOff, *, today: date) -> None:
    """Tell everybody who can do the step that waits now."""
    step = sign_off.steps.get(position=sign_off.position)
    document = document_of(record)
    until = f", until {short_date(sign_off.due_on)}" if sign_off.due_on else ""
    tell(
        _free_for(sign_off, step, makers=document.makers(record), today=today),
        words=f"{document.title(record)} waits for you: {name_of(step)}{until}.",
        link=document.url(record),
        about=_about(sign_off),
    )


def tell_sent_back(record: Any, act: SignOffAct, target: SignOffStep, *, today: date) -> None:
    """Tell whoever did the step before, or can do it now, what is to be put right."""
    document, sign_off = document_of(record), act.sign_off
    before = [part.staff for part in sign_off.parts.filter(position=target.position).select_related("staff")]
    people = before or _free_for(sign_off, target, makers=(), today=today)
    tell(
        people,
        words=f"{document.title(record)} was sent back to you by {act.part.staff.name}: {act.reason}",
        link=document.url(record),
        about=_about(sign_off),
    )


def tell_of_late_steps(*, today: date) -> None:
    """Tell the post that a chain names of each step that is late by its days; once for each time it waits."""
    late = SignOff.objects.filter(ended_at__isnull=True, due_on__lt=today, escalated_at__isnull=True)
    for sign_off in late.select_related("consortium"):
        document = document_called(sign_off.subject_kind)
        record = document.model._default_manager.filter(pk=sign_off.subject_id).first() if document else None
        chain = document.chain(record) if document and record is not None else None
        if document is None or chain is None or not sign_off.due_on:
            continue
        if today <= after_working_days(sign_off.due_on, chain.escalates_after, nation=sign_off.consortium.nation):
            continue
        step = sign_off.steps.get(position=sign_off.position)
        told = holders_of(code_of_post(chain.escalates_to), today=today)
        told += _free_for(sign_off, step, makers=document.makers(record), today=today)
        tell(
            {person.pk: person for person in told}.values(),
            words=f"{document.title(record)} is late: {name_of(step)} was due on {short_date(sign_off.due_on)}.",
            link=document.url(record),
            about=_about(sign_off),
        )
        SignOff.objects.filter(pk=sign_off.pk, version=sign_off.version).update(escalated_at=timezone.now())


def _free_for(sign_off: SignOff, step: SignOffStep, *, makers: Any, today: date) -> list[StaffMember]:
    """Return who can do a step: able to, and of no other step of this document."""
    acts = acts_of(sign_off)
    refused = refusals(
        [*sign_off.steps.all()], acts, makers=makers if step.position > FIRST else (), position=step.position
    )
    able = able_to([step], today=today, begun=round_began(acts))[step.position]
    refused = {**newcomers(able, refused, sign_off, today=today), **refused}
    return [each.staff for each in able if each.staff.pk not in refused]


def _about(sign_off: SignOff) -> str:
    return f"sign-off {sign_off.pk} {sign_off.version}"
