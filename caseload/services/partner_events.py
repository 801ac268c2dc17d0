"""What a partner's system records of a journey; a repeat finds what the first call made (API.md "Journey")."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from caseload.errors import AlreadyMade
from caseload.models import Client, Job, PartnerCall
from caseload.services.arrivals import lock
from caseload.services.journey import record_activity, record_check, record_stage_event
from partners.fields import blind_index
from partners.models import ApiKey
from partners.tenancy.models import TenantRecord


@transaction.atomic
def record_event(client: Client, said: dict[str, Any], *, by: ApiKey, idempotency_key: str) -> tuple[UUID, bool]:
    """Record an event and tell that it is new; of a repeat, return the id of what it made."""
    keys = [f"key {idempotency_key}"] if idempotency_key else []
    keys += [f"ref {said['external_id']}"] if said["external_id"] else []
    lock(f"{by.organisation_id} event {key}" for key in keys)
    content_hash = blind_index(json.dumps([client.pk, said], sort_keys=True, default=str))
    made = list(PartnerCall.objects.filter(organisation=by.organisation_id, key__in=keys))
    if any(each.content_hash != content_hash for each in made):
        raise AlreadyMade
    if made:
        return made[0].record, False
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
    return event.uid, True


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
        raise ValidationError({"job_id": "This client has no such job."})
    return record_check(
        job,
        week=said["week"],
        checked_on=said["checked_on"],
        in_work=said["in_work"],
        evidence=said["evidence"],
        **own,
    )
