"""What was said about entries: for the organisation that said it, the one that answers, and who sees every client."""

from collections.abc import Collection
from typing import Any

from caseload.models import Remark
from partners.models import StaffMember
from partners.permissions import Capability, may


def is_read_by(staff: StaffMember, remark: Remark) -> bool:
    between = {remark.from_organisation_id, remark.to_organisation_id}
    return staff.organisation_id in between or may(staff, Capability.SEE_ALL_CLIENTS)


def open_remarks(records: Collection[int]) -> list[Remark]:
    """Return what is said of some records and not answered."""
    return list(Remark.objects.filter(client__in=records, answered_at__isnull=True))


def remarks_on(staff: StaffMember, entry: Any) -> list[Remark]:
    """Return all that was said on one entry, the latest first, to who reads it."""
    related = ("from_organisation", "to_organisation", "made_by", "answered_by")
    said = Remark.objects.filter(entry=entry).select_related(*related).order_by("-recorded_at", "-id")
    return [remark for remark in said if is_read_by(staff, remark)]
