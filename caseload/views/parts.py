"""Documents, actions and notes about a client: whose they are to read and to keep.

A person's records pool them, as everything else. One marked as health, offending or ethnicity is read where those parts
are (caseload.queries.sight): on a record of one's own organisation, by whoever recorded it, or through a share.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from caseload.enums import SharePart
from caseload.models import Client
from caseload.queries.sight import Sight, ground_of, sight_of
from caseload.queries.timeline import records_of
from caseload.queries.writing import may_write, working_with
from caseload.views.base import client_url
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.documents.subjects import SubjectKind, add_subject


def visible(staff: StaffMember) -> QuerySet[Client]:
    if not may(staff, Capability.VIEW_CLIENTS):
        return Client.objects.none()
    seen: QuerySet[Client] = Client.objects.visible_to(staff).select_related("organisation")
    return seen


def standing(staff: StaffMember, ids: Collection[int]) -> Mapping[int, Client]:
    """Return the record that stands for each of some: the survivor of a merge where this person may open it."""
    merged = dict(Client.objects.filter(pk__in=ids).values_list("pk", "merged_into"))
    asked = {*merged, *(into for into in merged.values() if into)}
    found = {each.pk: each for each in visible(staff).filter(pk__in=asked)}
    stands = {pk: found.get(into or pk) or found.get(pk) for pk, into in merged.items()}
    return {pk: client for pk, client in stands.items() if client is not None}


def readable(staff: StaffMember, client: Client) -> Q:
    return readable_by(sight_of(staff, client), staff)


def readable_by(sight: Sight, staff: StaffMember) -> Q:
    if sight.sees_all:
        return Q()
    of_own = Q(subject_id__in=sorted(sight.own)) | Q(organisation=staff.organisation_id)
    return Q(category="") | Q(category__in=sorted(sight.opened)) | of_own


def may_mark(staff: StaffMember, client: Client) -> Collection[str]:
    return sight_of(staff, client).parts_of(client.pk)


def corrects(staff: StaffMember, client: Client, recorder: int) -> bool:
    """Tell who corrects a part: the organisation that recorded it, or the owner once that one works here no more."""
    if recorder == staff.organisation_id:
        return True
    return client.organisation_id == staff.organisation_id and recorder not in working_with(client, [recorder])


def client_purpose(staff: StaffMember, client: Any) -> str:
    return ground_of(staff, client)


CLIENTS = SubjectKind(
    Client,
    visible=visible,
    may_keep=may_write,
    url=client_url,
    purpose=client_purpose,
    categories={part.value: str(part.label) for part in SharePart},
    readable=readable,
    may_mark=may_mark,
    corrects=corrects,
    pooled=records_of,
    standing=standing,
)
add_subject(CLIENTS)
