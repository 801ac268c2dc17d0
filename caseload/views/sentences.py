"""How an entry of the timeline reads: a title of one line, its mark, and what stands below."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from caseload.enums import (
    ActionOwner,
    ActivityKind,
    CircumstanceCode,
    ConsentMethod,
    ConsentPurpose,
    ContactChannel,
    ContactResult,
    Dimension,
    Evidence,
    PlacementKind,
    PlacementResult,
    QualificationLevel,
    QualificationType,
    ReferralStatus,
    Stage,
    TrainingResult,
    covered,
)
from caseload.queries.changes import Who
from caseload.queries.timeline import Entry
from partners.platform.dates import long_date
from partners.platform.frame.tags import money

MARKS = {
    "activity": "contact",
    "stage": "step",
    "assessment": "step",
    "action": "step",
    "qualification": "document",
    "placement": "money",
    "job": "money",
    "check": "money",
    "referral": "document",
    "consent": "document",
}
CORRECTABLE = {
    "activity",
    "stage",
    "assessment",
    "action",
    "qualification",
    "placement",
    "job",
    "check",
    "in-work-training",
    "in-work-support",
    "enrolment",
    "address",
    "circumstance",
}


@dataclass
class Shown:
    """An entry as the page shows it: by whom, corrected by whom, and whether this reader may correct it."""

    entry: Entry
    title: str
    text: str = ""
    facts: list[str] = field(default_factory=list)
    by: str = ""
    where: str = ""
    corrects: bool = False
    corrected: Who | None = None
    history_url: str = ""
    remarks: Sequence[Any] = ()

    @property
    def mark(self) -> str:
        return MARKS.get(self.entry.what, "system")

    @property
    def is_correctable(self) -> bool:
        return self.entry.what in CORRECTABLE and not self.entry.facts.get("is_theirs")

    @property
    def late(self) -> str:
        days = self.entry.days_late
        if days <= 0:
            return ""
        return f"recorded {days} day{'s' if days > 1 else ''} later, on {long_date(self.entry.recorded_on)}"


def shown(entry: Entry) -> Shown:
    return SENTENCES[entry.what](entry, entry.facts)


def _of(choices: Any, value: Any) -> str:
    return str(dict(choices.choices).get(value, value or ""))


def _day(value: str | date | None) -> str:
    if not value:
        return ""
    return long_date(value if isinstance(value, date) else date.fromisoformat(value))


def _listed(*parts: str) -> list[str]:
    return [part for part in parts if part]


def _activity(entry: Entry, facts: dict[str, Any]) -> Shown:
    title = _of(ActivityKind, facts["kind"])
    if facts["centre"]:
        title = f"{title}: {facts['centre']}"
    title = ", ".join(
        _listed(title, _of(ContactChannel, facts["channel"]).lower(), _of(ContactResult, facts["result"]).lower())
    )
    minutes = f"{facts['minutes']} minutes" if facts["minutes"] else ""
    again = f"next on {_day(facts['next_on'])}" if facts["next_on"] else ""
    said = _listed(minutes, again)
    return Shown(entry, title, facts["note"], said, by=facts["by"] or "", where=facts["organisation"] or "")


def _stage(entry: Entry, facts: dict[str, Any]) -> Shown:
    title = _of(Stage, facts["stage"])
    return Shown(entry, title, facts["note"], by=facts["by"] or "", where=facts["organisation"] or "")


def _assessment(entry: Entry, facts: dict[str, Any]) -> Shown:
    scores = [f"{label} {facts['scores'][code]}" for code, label in Dimension.choices if code in facts["scores"]]
    mean = sum(facts["scores"].values()) / len(facts["scores"])
    title = f"Assessment: {mean:.1f} out of 10 on average"
    return Shown(entry, title, facts=[", ".join(scores)], where=facts["organisation"] or "")


def _action(entry: Entry, facts: dict[str, Any]) -> Shown:
    state = "Action done" if facts["done_on"] else "Action cancelled" if facts["cancelled_on"] else "To do"
    due = f"by {_day(facts['due_on'])}" if facts["due_on"] else ""
    return Shown(entry, f"{state}: {facts['title']}", "", _listed(_of(ActionOwner, facts["owner"]), due))


def _qualification(entry: Entry, facts: dict[str, Any]) -> Shown:
    name = f"{_of(QualificationType, facts['type'])}, {_of(QualificationLevel, facts['level'])}"
    state = "Achieved" if facts["achieved_on"] else "Enrolled"
    first = "first at this level" if facts["first"] else ""
    since = f"enrolled on {_day(facts['enrolled_on'])}" if facts["achieved_on"] and facts["enrolled_on"] else ""
    return Shown(entry, f"{state}: {name}", "", _listed(first, since))


def _placement(entry: Entry, facts: dict[str, Any]) -> Shown:
    ended = f"ended on {_day(facts['ended_on'])}" if facts["ended_on"] else ""
    title = f"{_of(PlacementKind, facts['kind'])} at {facts['employer']}"
    return Shown(entry, title, "", _listed(ended, _of(PlacementResult, facts["result"])))


def _job(entry: Entry, facts: dict[str, Any]) -> Shown:
    where = f"Started work at {facts['employer']}" if facts["employer"] else "Started self-employment"
    guarantee = ", through an interview guarantee" if facts["guarantee"] else ""
    hours = f"{facts['hours']:g} hours a week" if facts["hours"] is not None else ""
    wage = f"{money(facts['wage'])} an hour" if facts["wage"] is not None else ""
    ended = f"ended on {_day(facts['ended_on'])}" if facts["ended_on"] else ""
    permanent = "permanent" if facts["permanent"] else ""
    evidence = f"evidence: {_of(Evidence, facts['evidence']).lower()}"
    return Shown(entry, where + guarantee, "", _listed(hours, wage, permanent, evidence, ended), facts["by"] or "")


def _check(entry: Entry, facts: dict[str, Any]) -> Shown:
    state = "In work" if facts["in_work"] else "Not in work"
    title = f"{state} at {facts['week']} weeks"
    evidence = f"evidence: {_of(Evidence, facts['evidence']).lower()}"
    corrects = f"corrects the check of {_day(facts['corrects'])}" if facts.get("corrects") else ""
    corrected = facts.get("corrected_on")
    if corrected:
        title = f"{title}: corrected by the check of {_day(corrected)}"
    return Shown(entry, title, "", _listed(facts["employer"] or "", evidence, corrects), facts["by"] or "")


def _training(entry: Entry, facts: dict[str, Any]) -> Shown:
    done = f"completed on {_day(facts['completed_on'])}" if facts["completed_on"] else ""
    return Shown(
        entry, f"Training in work at {facts['employer']}", "", _listed(done, _of(TrainingResult, facts["result"]))
    )


def _support(entry: Entry, facts: dict[str, Any]) -> Shown:
    who = f"manager {facts['manager']}" if facts["person"] == "manager" else "employee"
    return Shown(entry, f"Support in work at {facts['employer']}", "", [f"for the {who}"])


def _enrolment(entry: Entry, facts: dict[str, Any]) -> Shown:
    ended = f"ended on {_day(facts['ended_on'])}" if facts["ended_on"] else ""
    return Shown(entry, f"Enrolled on {facts['contract']}", "", _listed(ended, facts["reason"] or ""))


def _referral(entry: Entry, facts: dict[str, Any]) -> Shown:
    state = f"{_of(ReferralStatus, facts['status']).lower()} on {_day(facts['status_on'])}"
    return Shown(
        entry,
        f"Referral from {facts['from']} to {facts['to']}",
        facts["reason"],
        _listed(state, facts["status_reason"] or "", facts["service"] or ""),
        facts["by"] or "",
    )


def _consent(entry: Entry, facts: dict[str, Any]) -> Shown:
    whom = facts["organisation"] or "every partner"
    title = f"Consent: {_of(ConsentPurpose, facts['purpose']).lower()}, {whom}"
    until = f"until {_day(facts['expires_on'])}" if facts["expires_on"] else ""
    withdrawn = f"withdrawn on {_day(facts['withdrawn_on'])}" if facts["withdrawn_on"] else ""
    form = f"form {facts['form']}" if facts["form"] else ""
    covers = covered(facts["parts"]) if facts["purpose"] == ConsentPurpose.SHARING else ""
    said = _listed(covers, _of(ConsentMethod, facts["method"]), form, until, withdrawn)
    return Shown(entry, title, "", said, facts["by"] or "")


def _address(entry: Entry, facts: dict[str, Any]) -> Shown:
    place = ", ".join(_listed(facts["postcode"], facts["ward"], facts["district"])) or "address not known"
    until = f"until {_day(facts['to_date'])}" if facts["to_date"] else ""
    return Shown(entry, f"Lives at {place}", "", _listed(until))


def _circumstance(entry: Entry, facts: dict[str, Any]) -> Shown:
    until = f"until {_day(facts['to_date'])}" if facts["to_date"] else ""
    return Shown(entry, f"{_of(CircumstanceCode, facts['code'])} begins", "", _listed(until))


def _registered(entry: Entry, facts: dict[str, Any]) -> Shown:
    return Shown(entry, f"Registered by {facts['organisation']}")


SENTENCES = {
    "activity": _activity,
    "stage": _stage,
    "assessment": _assessment,
    "action": _action,
    "qualification": _qualification,
    "placement": _placement,
    "job": _job,
    "check": _check,
    "in-work-training": _training,
    "in-work-support": _support,
    "enrolment": _enrolment,
    "referral": _referral,
    "consent": _consent,
    "address": _address,
    "circumstance": _circumstance,
    "registered": _registered,
}
