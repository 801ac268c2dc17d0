"""How a line of the worklist reads, and which form answers it: the same on the worklist and on the client's page."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from caseload.models import Client
from caseload.queries.worklist import Need
from caseload.views.base import client_url
from partners.platform.dates import long_date

TONES = {
    "check": "warning",
    "action": "new",
    "appointment": "good",
    "next": "new",
    "contact": "late",
    "consent": "special",
}
SHORT = {
    "check": "Check",
    "action": "Action",
    "appointment": "Appointment",
    "next": "Next contact",
    "contact": "Contact",
    "consent": "Consent",
}
ACTS = {
    "check": "Record the check",
    "action": "Open the plan",
    "appointment": "Record what came of it",
    "next": "Record the contact",
    "contact": "Record a contact",
    "consent": "Renew",
}


@dataclass(frozen=True)
class ShownNeed:
    """A line of the worklist as a page shows it."""

    need: Need
    about: str
    act: str
    act_url: str
    kind: str
    tone: str

    @property
    def client(self) -> Client:
        return self.need.client

    @property
    def url(self) -> str:
        return client_url(self.need.client)


def shown_need(need: Need, *, today: date, may_record: bool = True) -> ShownNeed:
    """Show a line with the form that answers it; to who records nothing, with the record alone."""
    act, url = (ACTS[need.reason], answer_url(need)) if may_record else ("Open the record", client_url(need.client))
    return ShownNeed(need, about(need), act, url, SHORT[need.reason], need_tone(need, today=today))


def about(need: Need) -> str:
    if need.reason == "check":
        return f"In work at {need.about}?"
    if need.reason == "consent":
        return "Consent ends"
    if need.reason == "contact":
        day, _, tries = need.about.partition(" ")
        return f"No contact since {long_date(date.fromisoformat(day))}{tries_in_words(int(tries or 0))}"
    return need.about or SHORT[need.reason]


def tries_in_words(tries: int) -> str:
    return "" if not tries else f", {tries} {'try' if tries == 1 else 'tries'} since"


def answer_url(need: Need) -> str:
    if need.reason == "action":
        return f"{client_url(need.client)}#plan"
    if need.reason == "check":
        return add_url(need.client, "check", job=need.subject, week=need.about.split()[0])
    if need.reason == "consent":
        return add_url(need.client, "consent")
    if need.reason == "appointment":
        return reverse("caseload:correct", args=[need.client.uid, "activity", need.subject])
    return add_url(need.client, "activity", kind="contact")


def add_url(client: Client, what: str, **fields: Any) -> str:
    url = reverse("caseload:add", args=[client.uid, what])
    return f"{url}?{urlencode(fields)}" if fields else url


def need_tone(need: Need, *, today: date) -> str:
    return "late" if need.due < today else "warning" if need.due == today else "quiet"
