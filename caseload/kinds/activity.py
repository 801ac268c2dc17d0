"""Contacts and activities: engagement, surveys, visits, contacts and appointments."""

from typing import Any

from caseload.enums import ActivityKind, ContactChannel, ContactResult, TimelineGroup
from caseload.exchange import not_before_registration
from caseload.kinds.sentences import day, said, word
from caseload.kinds.sight import personal
from caseload.models import Activity
from partners.platform.exchange.declarations import Table
from partners.platform.records.told import Sentence, Told


def sentence(facts: dict[str, Any]) -> Sentence:
    kind = word(ActivityKind, facts["kind"])
    kind = f"{kind}: {facts['centre']}" if facts["centre"] else kind
    title = said(kind, word(ContactChannel, facts["channel"]).lower(), word(ContactResult, facts["result"]).lower())
    minutes = f"{facts['minutes']} minutes" if facts["minutes"] else ""
    below = said(minutes, day(facts["next_on"], "next on "))
    return Sentence(", ".join(title), facts["note"], below, by=facts["by"] or "", where=facts["organisation"] or "")


KIND = personal(
    model=Activity,
    slug="activities",
    title="Contacts and activities",
    about="Engagement, surveys, visits, contacts and appointments.",
    shown=("kind", "client", "occurred_on", "organisation", "centre"),
    day="occurred_on",
    one="Activity of",
    filters=("kind",),
    timeline=Told(
        name="activity",
        group=TimelineGroup.CONTACTS,
        mark="contact",
        facts={
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
        sentence=sentence,
    ),
    exchange=Table(
        name="activities",
        model=Activity,
        title="Engagement, surveys, centre visits, contacts and appointments",
        after="stage_events",
        holds=("client_id", "kind", "occurred_on", "centre_id", "organisation_id", "contract_id", "note"),
        set_rules=(not_before_registration("activities", "occurred_on"),),
    ),
)
