"""Everything that happened with one client, newest first, whatever table it stands in."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, JSONObject, Least, TruncDate
from django.utils import timezone

from caseload.enums import Dimension
from caseload.models import Client
from caseload.queries.writing import RECORDED_IN
from caseload.references import as_reference
from partners.platform.tenancy.statements import Slot, Statement, among

PAGE = 40
# Entries of these kinds are shown under one filter of the timeline.
FILTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "contacts": ("Contacts", ("activity",)),
    "journey": ("Journey", ("stage", "assessment", "action", "enrolment", "registered")),
    "learning": ("Learning and placements", ("qualification", "placement", "in-work-training")),
    "work": ("Work", ("job", "check", "in-work-support")),
    "referrals": ("Referrals and consent", ("referral", "consent")),
    "facts": ("Addresses and benefits", ("address", "circumstance")),
}


@dataclass
class Entry:
    """One line of the timeline; ``facts`` holds what its sentence needs (see caseload.views.sentences).

    ``rows`` are the ids of the rows it is made of: of an assessment, one for each part.
    """

    what: str
    uid: str
    day: date
    recorded_at: datetime
    recorded_on: date
    imported: bool
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    @property
    def days_late(self) -> int:
        """Days between the event and the day we knew; a row of a package does not tell when somebody knew."""
        return 0 if self.imported else (self.recorded_on - self.day).days

    @property
    def is_ahead(self) -> bool:
        return self.day > timezone.localdate()


@dataclass(frozen=True)
class Source:
    """A table of the timeline: its day, and the fields that its sentence needs."""

    model: str
    day: Any
    facts: dict[str, str]
    client: str = "client"
    recorded_on: str = ""
    rows_of_one: int = 1


SOURCES: dict[str, Source] = {
    "activity": Source(
        "Activity",
        F("occurred_on"),
        {
            "kind": "kind",
            "note": "note",
            "channel": "channel",
            "result": "result",
            "minutes": "length_minutes",
            "next_on": "next_on",
            "centre": "centre__name",
            "organisation": "organisation__name",
            "by": "recorded_by__name",
        },
    ),
    "stage": Source(
        "StageEvent",
        F("occurred_on"),
        {"stage": "stage", "note": "note", "organisation": "organisation__name", "by": "recorded_by__name"},
        recorded_on="recorded_on",
    ),
    "action": Source(
        "PlanAction",
        Coalesce("done_on", "cancelled_on", Least("due_on", TruncDate("recorded_at"))),
        {"title": "title", "owner": "owner", "due_on": "due_on", "done_on": "done_on", "cancelled_on": "cancelled_on"},
    ),
    "assessment": Source(
        "Assessment",
        F("assessed_on"),
        {
            "id": "id",
            "dimension": "dimension",
            "score": "score",
            "organisation": "organisation__name",
            "organisation_id": "organisation_id",
            "record": "client_id",
        },
        rows_of_one=len(Dimension),
    ),
    "qualification": Source(
        "Qualification",
        Coalesce("achieved_on", "enrolled_on", TruncDate("recorded_at")),
        {
            "type": "type",
            "level": "level",
            "enrolled_on": "enrolled_on",
            "achieved_on": "achieved_on",
            "first": "first_at_level",
        },
    ),
    "placement": Source(
        "Placement",
        F("started_on"),
        {"kind": "kind", "employer": "employer__name", "ended_on": "ended_on", "result": "result"},
    ),
    "job": Source(
        "Job",
        F("started_on"),
        {
            "employer": "employer__name",
            "guarantee": "jigs_agreement_id",
            "hours": "hours_per_week",
            "wage": "hourly_wage",
            "self_employed": "self_employed",
            "permanent": "permanent",
            "ended_on": "ended_on",
            "evidence": "evidence",
            "by": "recorded_by__name",
        },
        recorded_on="recorded_on",
    ),
    "check": Source(
        "EmploymentCheck",
        F("checked_on"),
        {
            "id": "external_id",
            "job": "job_id",
            "week": "week",
            "in_work": "in_work",
            "evidence": "evidence",
            "employer": "job__employer__name",
            "by": "recorded_by__name",
        },
        client="job__client",
    ),
    "in-work-training": Source(
        "InWorkTraining",
        F("started_on"),
        {"employer": "employer__name", "completed_on": "completed_on", "result": "result"},
    ),
    "in-work-support": Source(
        "InWorkSupport",
        F("occurred_on"),
        {"employer": "employer__name", "person": "person", "manager": "manager_name"},
    ),
    "enrolment": Source(
        "Enrolment", F("started_on"), {"contract": "contract__title", "ended_on": "ended_on", "reason": "end_reason"}
    ),
    "referral": Source(
        "Referral",
        F("made_on"),
        {
            "from": "from_organisation__name",
            "to": "to_organisation__name",
            "status": "status",
            "status_on": "status_on",
            "reason": "reason",
            "status_reason": "status_reason",
            "service": "service__name",
            "by": "made_by__name",
        },
    ),
    "consent": Source(
        "Consent",
        F("given_on"),
        {
            "purpose": "purpose",
            "organisation": "organisation__name",
            "method": "method",
            "expires_on": "expires_on",
            "withdrawn_on": "withdrawn_on",
            "form": "form_version",
            "parts": "parts",
            "by": "taken_by__name",
        },
    ),
    "address": Source(
        "ClientAddress",
        F("from_date"),
        {"postcode": "postcode", "ward": "ward", "district": "district", "to_date": "to_date"},
    ),
    "circumstance": Source(
        "ClientCircumstance",
        F("from_date"),
        {"code": "code", "to_date": "to_date", "record": "client_id", "organisation_id": "organisation_id"},
    ),
}


def client_timeline(
    client: Client,
    *,
    kinds: Sequence[str] = (),
    limit: int = PAGE,
    records: Sequence[int] = (),
    hidden: Callable[[Entry], bool] | None = None,
) -> tuple[list[Entry], bool]:
    """Return the newest entries and whether there are older ones: one query, each table by its client index.

    ``records`` are the person's, looked up where they are not at hand. ``hidden`` takes out what this reader may not
    see (special categories). Of each table no more than a page is read.
    """
    wanted = tuple(name for name in SOURCES if not kinds or name in kinds)
    rows = _statement(wanted, limit).rows(records=list(records) or records_of(client)) if wanted else []
    entries = with_standing(as_one([_entry(row) for row in rows]))
    if not kinds or "registered" in kinds:
        entries.append(_registration(client))
    shown = [entry for entry in entries if hidden is None or not hidden(entry)]
    shown.sort(key=lambda entry: (entry.day, entry.recorded_at, entry.uid), reverse=True)
    return shown[:limit], len(shown) > limit


def records_of(client: Client) -> list[int]:
    """Return the ids of a person's records: the surviving one and those merged into it, whose rows are pooled."""
    return [client.pk, *Client.objects.filter(merged_into=client).values_list("pk", flat=True)]


@lru_cache(maxsize=64)
def _statement(wanted: Sequence[str], limit: int) -> Statement:
    def build(consortium: Slot) -> QuerySet[Any, Any]:
        first, *others = (_lines_of(name, limit, consortium) for name in wanted)
        return first.union(*others, all=True) if others else first

    return Statement(build)


def _lines_of(name: str, limit: int, consortium: Slot) -> QuerySet[Any, Any]:
    source = SOURCES[name]
    model = apps.get_model("caseload", source.model)
    known: Any = F(source.recorded_on) if source.recorded_on else TruncDate("recorded_at")
    most = (limit + 1) * source.rows_of_one
    return (  # type: ignore[no-any-return]
        model._base_manager.filter(among(source.client, Slot("records")), consortium=consortium)
        .annotate(
            what=Value(name, output_field=CharField()),
            day=Cast(source.day, DateField()),
            known_on=Cast(known, DateField()),
            facts=JSONObject(**{**source.facts, **_recorded(model, source)}),
        )
        .order_by("-day")
        .values_list("what", "uid", "day", "recorded_at", "known_on", "external_id", "facts", "pk")[:most]
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    what, uid, day, recorded_at, known_on, external_id, facts, key = row
    return Entry(what, str(uid), day, recorded_at, known_on, external_id != str(uid), json.loads(facts), [key])


def _recorded(model: type[Any], source: Source) -> dict[str, str]:
    """Return the columns that say on which record an entry stands, and which organisation recorded it, by name too."""
    recorder = RECORDED_IN.get(str(model._meta.model_name), "recording_organisation_id")
    return {
        "record": f"{source.client}_id",
        "recorder": recorder,
        "recorder_name": f"{recorder.removesuffix('_id')}__name",
    }


def as_one(entries: Sequence[Entry]) -> list[Entry]:
    """Make one entry of each assessment: what one organisation scored on one day on one record, together."""
    found = [entry for entry in entries if entry.what != "assessment"]
    assessments: dict[tuple[date, int, int], Entry] = {}
    for entry in sorted((each for each in entries if each.what == "assessment"), key=lambda each: each.facts["id"]):
        facts = entry.facts
        first = assessments.setdefault((entry.day, facts["organisation_id"], facts["record"]), entry)
        first.facts.setdefault("scores", {})[facts["dimension"]] = facts["score"]
        first.rows += entry.rows if entry is not first else []
    return found + list(assessments.values())


def with_standing(entries: list[Entry]) -> list[Entry]:
    """Mark of the checks of one job and week the one that stands: the latest, by ``checked_on`` then ``id`` (KPIS.md).

    ``corrects`` is the day of the check before it, ``corrected_on`` of the one after: what an earlier one said is not
    so any more.
    """
    of_week: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        if entry.what == "check":
            of_week.setdefault((entry.facts["job"], entry.facts["week"]), []).append(entry)
    for checks in of_week.values():
        checks.sort(key=lambda check: (check.day, check.facts["id"]))
        for earlier, later in pairwise(checks):
            earlier.facts["corrected_on"], later.facts["corrects"] = later.day, earlier.day
    return entries


def _registration(client: Client) -> Entry:
    return Entry(
        what="registered",
        uid=str(client.uid),
        day=client.registered_on,
        recorded_at=client.recorded_at,
        recorded_on=timezone.localdate(client.recorded_at),
        imported=not (as_reference(client.external_id) or client.external_id == str(client.uid)),
        facts={"organisation": client.organisation.name},
    )
