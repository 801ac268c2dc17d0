"""What a partner's system is shown."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from caseload.enums import PART_OF_FIELD, ReferralStatus
from caseload.models import Client, Referral
from caseload.queries.clients import may_read
from caseload.queries.sight import Sight
from caseload.services.referrals import allowed_steps
from partners.models import ApiKey

# The word of the address for each state it leads to.
STEPS = {
    ReferralStatus.ACCEPTED: "accept",
    ReferralStatus.DECLINED: "decline",
    ReferralStatus.WITHDRAWN: "withdraw",
    ReferralStatus.STARTED: "start",
    ReferralStatus.COMPLETED: "complete",
    ReferralStatus.RETURNED: "return",
}


def shown_record(referral: Referral, key: ApiKey) -> Client:
    """Return the record that this organisation is shown: the sender its own, the receiver the surviving one."""
    record: Client = referral.client
    if referral.sent_record is not None and referral.from_organisation_id == key.organisation_id:
        record = referral.sent_record
    return record


def referral_json(
    referral: Referral,
    *,
    key: ApiKey,
    request: Request,
    references: Mapping[int, str],
    settled_at: datetime,
    nameless: Collection[int] = (),
) -> dict[str, Any]:
    """Describe a referral to its sender or receiver; ``references`` are the caller's own, by record.

    ``settled_at`` bounds the moment that is shown (caseload.queries.settled).
    """
    record = shown_record(referral, key)
    is_named = referral.pk not in nameless
    says_reasons = is_named and not record.restricted
    said = referral.sent_record or record
    address = request.build_absolute_uri(reverse("api:referral", args=[referral.uid]))
    steps = (STEPS[ReferralStatus(step)] for step in allowed_steps(referral, organisation_id=key.organisation_id))
    client = request.build_absolute_uri(reverse("api:client", args=[record.uid]))
    return {
        "id": str(referral.uid),
        "status": referral.status,
        "status_on": referral.status_on.isoformat(),
        "status_reason": (says_reasons and referral.status_reason) or None,
        "external_id": referral.sender_ref or None,
        "from_organisation": referral.from_organisation.external_id,
        "to_organisation": referral.to_organisation.external_id,
        "service": referral.service.external_id if referral.service else None,
        "made_on": referral.made_on.isoformat(),
        "answer_by": referral.answer_by.isoformat() if referral.answer_by else None,
        "reason": (says_reasons and referral.reason) or None,
        "urgent": referral.urgent,
        "updated_at": moment_json(min(referral.updated_at, settled_at)),
        "client": {
            "id": str(record.uid),
            "external_id": references.get(record.pk) or None,
            **(name_json(said, record) if is_named else {}),
        },
        "links": {"self": address, "client": client} | {step: f"{address}{step}/" for step in steps},
    }


def name_json(*records: Client) -> dict[str, str]:
    """Name a person by the first record; a restricted one is for named people, never for a system, and has no name."""
    if any(record.restricted for record in records):
        return {}
    return {"given_name": records[0].given_name, "family_name": records[0].family_name}


def client_json(
    client: Client, *, records: Iterable[Client], sight: Sight, reference: str | None, settled_at: datetime
) -> dict[str, Any]:
    """Describe a person.

    What a consent to share does not cover of the special categories (DESIGN.md "Tenancy and access") is absent and not
    null. ``records`` are those whose dated facts belong to what may be seen.
    """
    spells = [spell for record in records for spell in record.circumstances.all() if may_read(sight, spell)]
    addresses = [address for record in records for address in record.addresses.all()]
    jobs = [job for record in records for job in record.jobs.all()]
    changed_at: datetime = vars(client)["changed_at"]  # as clients_of annotates it
    shown = {
        "id": str(client.uid),
        "external_id": reference,
        "organisation": client.organisation.external_id,
        "registered_on": client.registered_on.isoformat(),
        "updated_at": moment_json(min(changed_at, settled_at)),
        "given_name": client.given_name,
        "family_name": client.family_name,
        "date_of_birth": client.date_of_birth.isoformat() if client.date_of_birth else None,
        "sex": client.sex or None,
        "nino": client.nino or None,
        "phone": client.phone or None,
        "email": client.email or None,
        "highest_qualification": client.highest_qualification or None,
        "addresses": [
            spell_json(each, postcode=each.postcode or None, lsoa=each.lsoa or None, ward=each.ward or None)
            for each in addresses
        ],
        "circumstances": [spell_json(each, kind=each.kind, code=each.code) for each in spells],
        "jobs": [{"id": str(each.uid), "started_on": each.started_on.isoformat()} for each in jobs],
    }
    hidden = sight.hidden_fields(client.pk)
    return shown | {name: getattr(client, name) or None for name in PART_OF_FIELD if name not in hidden}


def spell_json(spell: Any, **members: Any) -> dict[str, Any]:
    to_date = spell.to_date.isoformat() if spell.to_date else None
    return members | {"from_date": spell.from_date.isoformat(), "to_date": to_date}


def moment_json(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC, to the microsecond, so that ``updated_since`` can take it back."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def etag_of(referral: Referral) -> str:
    return f'"{referral.uid}.{referral.version}"'
