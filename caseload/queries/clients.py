"""One client as one reader may see them: who they are, where, on what, agreed to what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from caseload.enums import ConsentPurpose, SharePart
from caseload.models import (
    Assessment,
    Client,
    ClientAddress,
    ClientCircumstance,
    ClientSummary,
    Consent,
    ConsentForm,
    PlanAction,
    Referral,
    Remark,
    TargetGroup,
)
from caseload.queries.sight import Sight, part_of, readable
from caseload.queries.target_groups import groups_of
from caseload.queries.worklist import CONSENT_DAYS
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.tenancy.statements import Slot, Together, among


@dataclass
class Facts:
    """The left side of a client's page."""

    addresses: list[ClientAddress] = field(default_factory=list)
    circumstances: list[ClientCircumstance] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    actions: list[PlanAction] = field(default_factory=list)
    groups: list[TargetGroup] = field(default_factory=list)
    hidden: list[SharePart] = field(default_factory=list)
    summary: ClientSummary | None = None
    remarks: list[Remark] = field(default_factory=list)
    form_parts: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Any]:
        """Return what stands here as entries of the person's record, each recorded by somebody."""
        return [*self.addresses, *self.circumstances, *self.consents, *self.actions]

    @property
    def home(self) -> ClientAddress | None:
        return next((address for address in self.addresses if address.to_date is None), None)


def _of_person(model: type[Model], **only: Any) -> Callable[[Slot], QuerySet[Any]]:
    return lambda consortium: model._base_manager.filter(
        among("client", Slot("records")), consortium=consortium, **only
    )


_FACTS = Together(
    addresses=_of_person(ClientAddress),
    circumstances=_of_person(ClientCircumstance),
    actions=_of_person(PlanAction, done_on__isnull=True, cancelled_on__isnull=True),
    summaries=_of_person(ClientSummary),
    remarks=_of_person(Remark, answered_at__isnull=True),
    forms=lambda consortium: ConsentForm._base_manager.filter(consortium=consortium),
)


def facts_of(client: Client, sight: Sight, *, today: date) -> Facts:
    """Return what stands beside the timeline: four queries. Of special categories, what this reader may know."""
    records = sight.records
    found = _FACTS.lists(records=list(records))
    return Facts(
        addresses=latest_first(found["addresses"]),
        circumstances=[spell for spell in latest_first(found["circumstances"]) if may_read(sight, spell)],
        consents=list(
            Consent.objects.filter(client__in=records)
            .select_related("organisation", "taken_by", "client__merged_into", "recording_organisation")
            .order_by("-given_on", "-id")
        ),
        actions=sorted(found["actions"], key=lambda action: (action.due_on or date.max, action.pk)),
        groups=groups_of(client, sight, on=today),
        hidden=[part for part in SharePart if part not in sight.parts],
        summary=next((each for each in found["summaries"] if each.client_id == client.pk), None),
        remarks=found["remarks"],
        form_parts=next((form.parts for form in found["forms"]), []),
    )


def latest_first(spells: Iterable[Any]) -> list[Any]:
    return sorted(spells, key=lambda spell: (spell.from_date, spell.pk), reverse=True)


def may_read(sight: Sight, entry: Any) -> bool:
    """Tell whether a reader may know an entry: a circumstance or a score of a special category, or anything else."""
    part = part_of(entry)
    return part is None or sight.reads(part, record=entry.client_id, recorded_by=entry.organisation_id)


def scores_seen_by(staff: StaffMember, client: Client) -> QuerySet[Assessment]:
    """Return a client's scores without those of health that other organisations gave, where these stay theirs."""
    return readable(client.assessments.all(), staff)


def known_fields(client: Client, sight: Sight) -> dict[str, str]:
    """Return in words the fields of special categories that a reader may know.

    Where the surviving record's stay its owner's, those of the reader's own record of the person do.
    """
    mine = sorted(sight.own - {client.pk})
    source = client if client.pk in sight.own or not mine else Client.objects.get(pk=mine[0])
    found = {}
    for name in ("ethnicity", "disability"):
        for record in (client, source):
            if name not in sight.hidden_fields(record.pk):
                found[name] = str(getattr(record, f"get_{name}_display")())
                break
    return found


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
