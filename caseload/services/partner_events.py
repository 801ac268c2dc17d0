"""What a partner's system records of a journey; a repeat finds what the first call made (API.md "Journey")."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from caseload.errors import AlreadyMade
from caseload.models import Client, Job, PartnerCall
from caseload.queries.twins import twins_of
from caseload.services.arrivals import lock
from caseload.services.journey import record_activity, record_check, record_stage_event
from caseload.services.sharing import is_open_to
from partners.errors import CaseloadError
from partners.models import ApiKey
from partners.platform.fields import blind_index
from partners.platform.tenancy.models import TenantRecord


@dataclass(frozen=True)
class Recorded:
    """An event as it is stored, whether this call made it, and which earlier entry it looks like."""

    uid: UUID
    is_new: bool
    warnings: list[dict[str, Any]]


@transaction.atomic
def record_event(client: Client, said: dict[str, Any], *, by: ApiKey, idempotency_key: str) -> Recorded:
    """Record an event; of a repeat, return what it made.

    One that looks like an earlier entry is stored all the same: a caller's system cannot be asked. It is told.
    """
    keys = [f"key {idempotency_key}"] if idempotency_key else []
    keys += [f"ref {said['external_id']}"] if said["external_id"] else []
    lock(f"{by.organisation_id} event {key}" for key in keys)
    content_hash = blind_index(json.dumps([client.pk, said], sort_keys=True, default=str))
    made = list(PartnerCall.objects.filter(organisation=by.organisation_id, key__in=keys))
    if any(each.content_hash != content_hash for each in made):
        raise AlreadyMade
    if made:
        return Recorded(made[0].record, is_new=False, warnings=_warnings(client, said, by, made[0].record))
    event = _record(client, said, by)
    PartnerCall.objects.bulk_create(
        PartnerCall(
            organisation=by.organisation,
            key=key,
            content_hash=content_hash,
            made=event._meta.label_lower,
            record=event.uid,
        )
        for key in keys
    )
    return Recorded(event.uid, is_new=True, warnings=_warnings(client, said, by, event.uid))


def _warnings(client: Client, said: dict[str, Any], by: ApiKey, event: UUID) -> list[dict[str, Any]]:
    """Name the earlier entries that an event looks like, of those on records that are the caller's to see."""
    survivor = client.merged_into or client
    person = Client.objects.filter(Q(pk=survivor.pk) | Q(merged_into=survivor.pk))
    records = person if is_open_to(survivor, by.organisation_id) else person.filter(organisation=by.organisation_id)
    keys = list(records.values_list("pk", flat=True))
    fact = dict(said)
    if said["type"] == "employment_check":
        fact["job"] = Job.objects.filter(uid=said["job_id"], client__in=keys).first()
    found = twins_of(_KINDS[said["type"]], survivor, fact, records=keys, besides=event)
    return [replace(each, kind=said["type"]).as_warning() for each in found]


_KINDS = {"stage_event": "stage", "activity": "activity", "employment_check": "check"}


def _record(client: Client, said: dict[str, Any], by: ApiKey) -> TenantRecord:
    survivor = client.merged_into or client
    own = {"by": None, "organisation": by.organisation}
    if said["type"] == "stage_event":
        return record_stage_event(
            survivor, stage=said["stage"], occurred_on=said["occurred_on"], note=said["note"], **own
        )
    if said["type"] == "activity":
        return record_activity(survivor, kind=said["kind"], occurred_on=said["occurred_on"], note=said["note"], **own)
    job = Job.objects.select_related("client").filter(uid=said["job_id"], client__in=[client, survivor]).first()
    if job is None:
        raise CaseloadError("This client has no such job.", field="job_id")
    return record_check(
        job,
        week=said["week"],
        checked_on=said["checked_on"],
        in_work=said["in_work"],
        evidence=said["evidence"],
        **own,
    )
