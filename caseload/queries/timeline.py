"""Everything that happened with one client, newest first; each kind of record says how it is told."""

import json
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, JSONObject, TruncDate
from django.utils import timezone

from caseload.enums import TimelineGroup
from caseload.models import Client
from caseload.queries.writing import RECORDED_IN
from caseload.references import as_reference
from partners.platform.records.kinds import RecordKind, all_kinds
from partners.platform.records.told import Entry, Sentence, Told
from partners.platform.tenancy.statements import Slot, Statement, among

PAGE = 40
# The registration is a fact of the client's own record; every other entry is a record of a kind.
REGISTERED = Told(
    name="registered",
    group=TimelineGroup.JOURNEY,
    sentence=lambda facts: Sentence(f"Registered by {facts['organisation']}"),
)


@cache
def told_kinds() -> dict[str, RecordKind]:
    """Return the kinds of record that the timeline tells of, by their names in addresses."""
    return {kind.timeline.name: kind for kind in all_kinds() if kind.timeline is not None}


def client_timeline(
    client: Client,
    *,
    group: str = "",
    limit: int = PAGE,
    records: Sequence[int] = (),
    hidden: Callable[[Entry], bool] | None = None,
) -> tuple[list[Entry], bool]:
    """Return the newest entries and whether there are older ones: one query, each table by its client index.

    ``records`` are the person's, looked up where they are not at hand. ``hidden`` takes out what this reader may not
    see (special categories). Of each table no more than a page is read.
    """
    wanted = _wanted(group)
    rows = _statement(group, limit).rows(records=list(records) or records_of(client)) if wanted else []
    found: dict[str, list[Entry]] = {told.name: [] for told in wanted}
    by_name = {told.name: told for told in wanted}
    for what, *row in rows:
        found[what].append(_entry(by_name[what], *row))
    entries = [entry for told in wanted for entry in told.together(found[told.name])]
    if group in {"", REGISTERED.group}:
        entries.append(_registration(client))
    shown = [entry for entry in entries if hidden is None or not hidden(entry)]
    shown.sort(key=lambda entry: (entry.day, entry.recorded_at, entry.uid), reverse=True)
    return shown[:limit], len(shown) > limit


def records_of(client: Client) -> list[int]:
    """Return the ids of a person's records: the surviving one and those merged into it, whose rows are pooled."""
    return [client.pk, *Client.objects.filter(merged_into=client).values_list("pk", flat=True)]


def _wanted(group: str) -> list[Told]:
    told = (kind.timeline for kind in told_kinds().values())
    return [each for each in told if each is not None and group in {"", each.group}]


@lru_cache(maxsize=64)
def _statement(group: str, limit: int) -> Statement:
    def build(consortium: Slot) -> QuerySet[Any, Any]:
        kinds = [told_kinds()[told.name] for told in _wanted(group)]
        first, *others = (_lines_of(kind, limit, consortium) for kind in kinds)
        return first.union(*others, all=True) if others else first

    return Statement(build)


def _lines_of(kind: RecordKind, limit: int, consortium: Slot) -> QuerySet[Any, Any]:
    told, model = kind.timeline, kind.model
    assert told is not None  # noqa: S101  only these are asked
    person = kind.person.replace(".", "__")
    known: Any = F(told.known) if told.known else TruncDate("recorded_at")
    most = (limit + 1) * told.rows_of_one
    return (  # type: ignore[no-any-return]
        model._base_manager.filter(among(person, Slot("records")), consortium=consortium)
        .annotate(
            what=Value(told.name, output_field=CharField()),
            day=Cast(told.day or F(kind.day), DateField()),
            known_on=Cast(known, DateField()),
            facts=JSONObject(**{**told.facts, "record": person, **_recorder(model)}),
        )
        .order_by("-day")
        .values_list("what", "uid", "day", "recorded_at", "known_on", "external_id", "facts", "pk")[:most]
    )


def _entry(told: Told, *row: Any) -> Entry:
    uid, day, recorded_at, known_on, external_id, facts, key = row
    return Entry(told, str(uid), day, recorded_at, known_on, external_id != str(uid), json.loads(facts), [key])


def _recorder(model: type[Any]) -> dict[str, str]:
    """Return the columns that say which organisation recorded an entry, by name too."""
    recorder = RECORDED_IN.get(str(model._meta.model_name), "recording_organisation_id")
    return {"recorder": recorder, "recorder_name": f"{recorder.removesuffix('_id')}__name"}


def _registration(client: Client) -> Entry:
    return Entry(
        REGISTERED,
        uid=str(client.uid),
        day=client.registered_on,
        recorded_at=client.recorded_at,
        recorded_on=timezone.localdate(client.recorded_at),
        imported=not (as_reference(client.external_id) or client.external_id == str(client.uid)),
        facts={"organisation": client.organisation.name},
    )
