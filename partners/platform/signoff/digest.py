"""A letter on each working day to whoever has a step waiting: what waits, since when and until when, no more."""

import logging
from datetime import date
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from partners.errors import CaseloadError
from partners.models import BackgroundJob, SignOff, SignOffStep, StaffMember
from partners.platform.jobs import queue as jobs
from partners.platform.signoff.posts import able_to
from partners.platform.signoff.today import row_of, steps_waiting_for
from partners.working_days import is_working_day

log = logging.getLogger(__name__)
LETTER = "sign-off-digest"


def ask_for_digests(*, today: date) -> None:
    """Ask for today's letters, once a day, to people who have a sign-in; none on a day nobody works."""
    waiting = list(SignOff.objects.filter(ended_at__isnull=True).select_related("consortium"))
    if not waiting or not is_working_day(today, nation=waiting[0].consortium.nation):
        return
    asked = set(BackgroundJob.objects.filter(kind=LETTER, subject_key__endswith=f" {today}").values_list("subject_key"))
    for person in _people_of(waiting, today=today):
        key = f"{person.uid} {today}"
        if (key,) not in asked and steps_waiting_for(person, today=today):
            jobs.ask(LETTER, title="What waits to be signed off", payload={"to": str(person.uid)}, subject_key=key)


def _people_of(waiting: list[SignOff], *, today: date) -> list[StaffMember]:
    """Return whose post or role has a step that waits, each once."""
    current = {sign_off.pk: sign_off.position for sign_off in waiting}
    steps = SignOffStep.objects.filter(sign_off__in=waiting)
    found: dict[int, StaffMember] = {}
    for step in [each for each in steps if current[each.sign_off_id] == each.position]:
        found |= {each.staff.pk: each.staff for each in able_to([step], today=today)[step.position]}
    return [person for person in found.values() if person.user_id is not None]


@jobs.job_kind(LETTER)
def send_digest(job: BackgroundJob, tell: jobs.Tell) -> dict[str, Any]:
    """Say what waits at this moment: what was done since the letter was asked for is not in it."""
    person = StaffMember.objects.select_related("consortium").get(uid=job.payload["to"])
    today = timezone.localdate()
    steps = steps_waiting_for(person, today=today) if person.left_at is None else []
    rows = [row for step in steps if (row := row_of(step)) is not None]
    if not rows:
        return {"sent": False}
    body = render_to_string("signoff/digest.txt", {"person": person, "rows": rows})
    number = f"{len(rows)} documents wait" if len(rows) > 1 else "A document waits"
    try:
        send_mail(f"{number} for you in Caseload", body, None, [person.email])
    except SMTPRecipientsRefused as problem:
        raise CaseloadError(f"The mail server knows no {person.email}. Check the address.") from problem
    except (SMTPException, OSError) as problem:
        log.warning("The mail server is away: %s", type(problem).__name__)
        raise jobs.TryLater("The letter has not gone out: the mail server does not answer.") from problem
    return {"sent": True}
