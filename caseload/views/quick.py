"""The quick entry line: what one would say is understood and shown back as fields before it is saved."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from caseload.enums import ActivityKind, Stage
from caseload.views.base import AboutClient
from partners.dates import Lean, UnclearDate, parse_date
from partners.forms.plain import PlainForm
from partners.permissions import Capability

# The first words that name a form; what comes after them is its note or title.
FORMS = {
    "job": "job",
    "assess": "assessment",
    "assessment": "assessment",
    "action": "action",
    "todo": "action",
    "check": "check",
    "placement": "placement",
    "course": "qualification",
    "qualification": "qualification",
    "stage": "stage",
    "step": "stage",
    "consent": "consent",
    "address": "address",
    "moved": "address",
    "benefit": "circumstance",
}
KINDS = {
    "visit": ActivityKind.CENTRE_VISIT,
    "appointment": ActivityKind.APPOINTMENT,
    "appt": ActivityKind.APPOINTMENT,
    "survey": ActivityKind.SURVEY,
    "engaged": ActivityKind.ENGAGEMENT,
    "consultation": ActivityKind.CONSULTATION,
}
STAGES = {str(label).lower(): value for value, label in Stage.choices}
LONGEST_DATE = 3
_DATE_LIKE = re.compile(r"\d|today|yesterday|tomorrow|mon|tue|wed|thu|fri|sat|sun", re.IGNORECASE)


class QuickForm(PlainForm):
    said = forms.CharField(label="Quick entry", max_length=500)


class QuickEntry(AboutClient):
    """Understand the line and open the right form, filled in."""

    capability = Capability.RECORD_JOURNEY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        what, fields = understand(request.GET.get("said", ""), today=timezone.localdate())
        url = reverse("caseload:add", args=[self.client.uid, what])
        return HttpResponseRedirect(f"{url}?{urlencode(fields)}" if fields else url)


def understand(said: str, *, today: date) -> tuple[str, dict[str, Any]]:
    """Read a line such as ``call no answer yesterday`` or ``action write CV by friday``: which form, which fields."""
    text = " ".join(said.split())
    first = text.split(" ", 1)[0].lower().rstrip(":,") if text else ""
    what = FORMS.get(first, "activity")
    if what == "action":
        return what, _action(text.partition(" ")[2], today)
    lean = Lean.FUTURE if first in {"appointment", "appt"} else Lean.PAST
    day, rest = find_date(text, today=today, lean=lean)
    fields = {DAY_FIELDS.get(what, "occurred_on"): day.isoformat()} if day else {}
    if what == "stage":
        named = rest.partition(" ")[2].lower()
        stage = next((value for label, value in STAGES.items() if named.startswith(label)), "")
        return what, {**fields, **({"stage": stage} if stage else {})}
    if what == "job" and rest.lower().startswith(("job at ", "job with ")):
        return what, {**fields, "employer": rest.split(" ", 2)[2]}
    if what != "activity":
        return what, fields
    kind = KINDS.get(first, ActivityKind.CONTACT)
    return what, {**fields, "kind": kind.value, "note": rest} if rest else fields


DAY_FIELDS = {
    "job": "started_on",
    "placement": "started_on",
    "assessment": "assessed_on",
    "check": "checked_on",
    "address": "from_date",
    "circumstance": "from_date",
    "qualification": "enrolled_on",
    "consent": "given_on",
}


def find_date(text: str, *, today: date, lean: Lean) -> tuple[date | None, str]:
    """Take the first words that are a date out of a line; an hour such as ``10am`` stays in the note."""
    words = text.split(" ")
    for length in range(LONGEST_DATE, 0, -1):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            if not _DATE_LIKE.match(part):
                continue
            try:
                day = parse_date(part, today=today, lean=lean)
            except UnclearDate:
                continue
            if abs(day - today) < timedelta(days=3 * 366):
                return day, " ".join(words[:start] + words[start + length :])
    return None, text


def _action(text: str, today: date) -> dict[str, Any]:
    day, rest = find_date(text, today=today, lean=Lean.FUTURE)
    title = re.sub(r"\s+(by|on|until)$", "", rest.strip())
    return {**({"title_": title} if title else {}), **({"due_on": day.isoformat()} if day else {})}
