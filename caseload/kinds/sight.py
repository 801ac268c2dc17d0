"""Whose records somebody sees: those of clients within their sight."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from caseload.enums import PART_OF_CODE, Dimension
from caseload.models import Client
from caseload.models.restriction import open_to_reader
from caseload.queries.kept_names import names_kept
from caseload.queries.sight import readable
from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.records.kinds import RecordKind


def of_clients(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.filter(client__in=Client.objects.visible_to(staff))


def of_jobs(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    return rows.filter(job__client__in=Client.objects.visible_to(staff))


def in_work(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Support of managers is about no client; support of employees is of those in sight."""
    return rows.filter(Q(client__isnull=True) | Q(client__in=Client.objects.visible_to(staff)))


def known(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Of clients in sight, what of special categories this reader may know."""
    return readable(of_clients(rows, staff), staff)


def of_referrals(rows: QuerySet[Any], staff: StaffMember) -> QuerySet[Any]:
    """Those sent or got, or all, that still name the person; of a restricted one for their named readers only."""
    rows = rows.filter(open_to_reader(staff, today=timezone.localdate(), of="client"))
    if may(staff, Capability.SEE_ALL_CLIENTS):
        return rows
    own = staff.organisation_id
    kept = names_kept(own, today=timezone.localdate(), days=staff.consortium.name_days)
    return rows.filter(kept, Q(from_organisation=own) | Q(to_organisation=own))


def client_page(client: Client) -> str:
    return reverse("caseload:client", args=[client.uid])


def employer_page(employer: Any) -> str:
    return reverse("employers:employer", args=[employer.uid]) if employer is not None else ""


def tells(row: Any, staff: StaffMember) -> bool:
    """Tell whether somebody may read what a version of a record said: of special categories only whose record it is.

    What an entry is now, its sight says; what it was before it was corrected may be of another category.
    """
    part = PART_OF_CODE.get(getattr(row, "code", ""))
    if part is None and getattr(row, "dimension", "") != Dimension.HEALTH:
        return True
    own = staff.organisation_id
    return may(staff, Capability.SEE_ALL_CLIENTS) or own in {row.organisation_id, row.client.organisation_id}


def personal(**declared: Any) -> RecordKind:
    """Declare a kind of record about a client; what is not said is as for the most of them."""
    person = "job.client" if "job.client" in declared["shown"] else "client"
    shared: dict[str, Any] = {
        "capability": Capability.VIEW_CLIENTS,
        "within": of_clients,
        "is_personal": True,
        "person": f"{person}_id",
        "whose": (person,),
        "links": {"client": client_page, "employer": employer_page},
    }
    return RecordKind(**{**shared, **declared})
