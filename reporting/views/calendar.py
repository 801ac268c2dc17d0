"""The calendar of the programme: what is due when, to whom and in which state, a year ahead, and as a file."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from partners.permissions import Capability
from partners.platform.frame.pages import StaffPage
from partners.platform.records.kinds import kind_of
from reporting.models import Return
from reporting.queries.calendar import Due, calendar_of
from reporting.views.returns import area_tabs

TONES = {"Done": "done", "Late": "bad", "Waits now": "waiting", "Coming": "quiet"}
LINE = 73  # octets of a line of a calendar file, its end apart (RFC 5545, 3.1)


def address_of_due(due: Due) -> str:
    if isinstance(due.record, Return):
        return reverse("reporting:return", args=[due.record.uid])
    kind = kind_of(type(due.record)) if due.record is not None else None
    return kind.address("record", due.record.uid) if kind else ""


class CalendarPage(StaffPage, TemplateView):
    """All that is due, by month; what is late stands first."""

    capability = Capability.VIEW_RETURNS
    template_name = "reporting/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        found = calendar_of(self.consortium, today=today)
        late = [each for each in found if each.state(today) == "Late"]
        coming = [each for each in found if each.on >= today]
        months = [
            (month, _rows(rows, today)) for month, rows in groupby(coming, key=lambda each: each.on.replace(day=1))
        ]
        return super().get_context_data(
            title="Calendar",
            tabs=area_tabs("reporting:calendar"),
            late=_rows(late, today),
            months=months,
            **kwargs,
        )


def _rows(dues: Iterable[Due], today: date) -> list[dict[str, Any]]:
    return [
        {"due": each, "state": (state := each.state(today)), "tone": TONES[state], "url": address_of_due(each)}
        for each in dues
    ]


class CalendarFile(StaffPage):
    """The calendar as other calendars read it (RFC 5545): days, no people."""

    capability = Capability.VIEW_RETURNS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        open_ = [each for each in calendar_of(self.consortium, today=today) if not each.is_done]
        body = as_ical(self.consortium.slug, open_, stamp=f"{timezone.now():%Y%m%dT%H%M%SZ}")
        headers = {"Content-Disposition": f'attachment; filename="{self.consortium.slug}-calendar.ics"'}
        return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


def as_ical(slug: str, dues: Iterable[Due], *, stamp: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Caseload//Calendar//EN"]
    for number, due in enumerate(dues):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_key(due, number)}@{slug}.caseload",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{due.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(due.what)}",
            *([f"DESCRIPTION:{_text(due.who)}"] if due.who else []),
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _key(due: Due, number: int) -> str:
    own = getattr(due, "key", "").replace(" ", "-")
    return own or (str(due.record.uid) if due.record is not None else f"{due.on:%Y%m%d}-{number}")


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a long line between characters, the next part after a blank."""
    parts, now = [], ""
    for character in line:
        if len((now + character).encode()) > LINE:
            parts.append(now)
            now = ""
        now += character
    return "\r\n ".join([*parts, now])
