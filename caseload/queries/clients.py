"""One client as one reader may see them: who they are, where, on what, agreed to what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from caseload.enums import SPECIAL_CATEGORY, ConsentPurpose
from caseload.models import (
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    Consent,
    PlanAction,
    Referral,
    TargetGroup,
)
from caseload.queries.target_groups import groups_of
from caseload.queries.timeline import Entry, records_of
from caseload.queries.worklist import CONSENT_DAYS
from partners.models import StaffMember
from partners.permissions import Capability, may

HEALTH_DIMENSION = "health"


@dataclass
class Facts:
    """The left side of a client's page."""

    addresses: list[ClientAddress] = field(default_factory=list)
    circumstances: list[ClientCircumstance] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    actions: list[PlanAction] = field(default_factory=list)
    groups: list[TargetGroup] = field(default_factory=list)
    hides_special: bool = False

    @property
    def home(self) -> ClientAddress | None:
        return next((address for address in self.addresses if address.to_date is None), None)


def may_see_special(staff: StaffMember, client: Client) -> bool:
    """Tell whether health, offending and ethnicity are open to this reader.

    They are to the owning organisation's staff and to those who see every client; a share opens the journey and not
    these (DESIGN.md "Tenancy and access").
    """
    return client.organisation_id == staff.organisation_id or may(staff, Capability.SEE_ALL_CLIENTS)


def facts_of(client: Client, staff: StaffMember, *, today: date) -> Facts:
    """Return what stands beside the timeline: eight queries."""
    special = may_see_special(staff, client)
    records = records_of(client)
    groups = [group for group in groups_of(client, on=today) if special or not is_special_group(group)]
    return Facts(
        addresses=list(ClientAddress.objects.filter(client__in=records).order_by("-from_date", "-id")),
        circumstances=[
            spell
            for spell in ClientCircumstance.objects.filter(client__in=records).order_by("-from_date", "-id")
            if special or not is_special(spell.code)
        ],
        consents=list(
            Consent.objects.filter(client__in=records)
            .select_related("organisation", "taken_by")
            .order_by("-given_on", "-id")
        ),
        actions=list(
            PlanAction.objects.filter(client__in=records, done_on__isnull=True, cancelled_on__isnull=True).order_by(
                "due_on", "id"
            )
        ),
        groups=groups,
        hides_special=not special,
    )


def is_special(code: str) -> bool:
    return code in SPECIAL_CATEGORY


def scores_seen_by(staff: StaffMember, client: Client) -> QuerySet[Assessment]:
    """Return a client's scores without those of health that other organisations gave, where these stay theirs."""
    scores: QuerySet[Assessment] = client.assessments.all()
    if may_see_special(staff, client):
        return scores
    return scores.filter(Q(organisation=staff.organisation_id) | ~Q(dimension=HEALTH_DIMENSION))


def is_special_group(group: TargetGroup) -> bool:
    """Membership of a group tells what its rule asks: a group of a special category is one itself."""
    text = str(group.rule)
    named = any(f"'{code}'" in text for code in SPECIAL_CATEGORY)
    return group.special_category or named or "ethnicity" in text or "disability" in text


def hides_entry(entry: Entry, *, organisation: str) -> bool:
    """Tell whether an entry of the timeline belongs to a special category; what one assessed oneself one may read."""
    if entry.what == "circumstance":
        return is_special(entry.facts["code"])
    if entry.what == "assessment" and entry.facts["organisation"] != organisation:
        entry.facts["is_theirs"] = True
        entry.facts["scores"].pop(HEALTH_DIMENSION, None)
        return not entry.facts["scores"]
    return False


@dataclass(frozen=True)
class ConsentState:
    """Consent in one word and a tone, as the identity bar shows it."""

    text: str
    tone: str


def consent_state(consents: Iterable[Consent], *, today: date) -> ConsentState:
    """Say whether sharing is agreed to today, and how long still."""
    sharing = [c for c in consents if c.purpose == ConsentPurpose.SHARING and c.given_on <= today]
    live = [
        c
        for c in sharing
        if (c.withdrawn_on is None or c.withdrawn_on > today) and (c.expires_on is None or c.expires_on >= today)
    ]
    if not live:
        return ConsentState("Consent to share has ended" if sharing else "No consent to share", "bad")
    last = max((c.expires_on or date.max for c in live), default=date.max)
    if last <= today + timedelta(days=CONSENT_DAYS):
        return ConsentState("Consent to share ends soon", "warning")
    return ConsentState("Consent to share", "good")


def open_referrals(client: Client, staff: StaffMember) -> list[Referral]:
    """Return the referrals of this client that this person's organisation sent or got and that have not ended."""
    rows: Any = client.referrals.filter(status__in=("sent", "accepted", "started"))
    return [
        row
        for row in rows.select_related("from_organisation", "to_organisation", "service").order_by("made_on", "id")
        if staff.organisation_id in {row.from_organisation_id, row.to_organisation_id}
        or may(staff, Capability.SEE_ALL_CLIENTS)
    ]
