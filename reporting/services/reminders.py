"""Reminders in the bell of the steps of returns: once when a step is due soon, once when it is late."""

from datetime import date

from django.urls import reverse

from partners.models import Consortium, Notice
from partners.platform.dates import long_date
from partners.platform.signoff.posts import able_to
from partners.platform.signoff.standing import steps_to_be
from partners.services.notices import tell
from reporting.queries.calendar import SOON, DueStep, next_steps


def remind(consortium: Consortium, *, today: date) -> None:
    """Tell whoever can do the next step of a return that it is due soon, or late; asked every hour, each once."""
    for due in next_steps(consortium, today=today):
        if due.on <= today + SOON and due.quarter.end < today:
            _tell(due, today=today)


def _tell(due: DueStep, *, today: date) -> None:
    when = "late" if due.on < today else "soon"
    about = f"{due.key} {when}"
    if Notice.objects.filter(about=about).exists():
        return
    step = next(each for each in steps_to_be(due.filed) if each.position == due.step.position)
    people = [each.staff for each in able_to([step], today=today)[step.position]]
    link = reverse("reporting:return", args=[due.filed.uid]) if due.record else reverse("reporting:calendar")
    said = "was due" if when == "late" else "is due"
    tell(people, words=f"{due.what} {said} on {long_date(due.on)}.", link=link, about=about)
