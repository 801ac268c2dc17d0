"""Who saw, searched or exported what (DESIGN.md "Audit trail"). Changes are recorded by the history triggers."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from partners.enums import AccessAction
from partners.models import AccessEntry, StaffMember

PARTNERS_SYSTEM = "Exchange with a partner's system"


def record_access(
    request: HttpRequest,
    action: AccessAction,
    subject: str,
    *,
    subject_id: int | None = None,
    detail: dict[str, Any] | None = None,
    purpose: str = "",
    staff: StaffMember | None = None,
) -> None:
    """Write one line of the access trail in the request's own transaction.

    ``subject`` is the kind of record, as ``caseload.client``; ``detail`` must hold nothing personal. ``staff`` names
    who did it where the request itself does not know yet, as when signing in.
    """
    line = _line(request, action, subject, purpose)
    if staff is not None:
        line["staff_member_id"] = staff.pk
    AccessEntry(**line, subject_id=subject_id, detail=detail or {}).save()


def record_accesses(
    request: HttpRequest, action: AccessAction, subject: str, *, subject_ids: Iterable[int], purpose: str = ""
) -> None:
    """Write a line for each of several records, in one statement."""
    line = _line(request, action, subject, purpose)
    AccessEntry.objects.bulk_create(AccessEntry(**line, subject_id=subject_id) for subject_id in subject_ids)


def record_listed(
    request: HttpRequest,
    subject: str,
    *,
    subject_ids: Iterable[int | None],
    purpose: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one line for all whom a page of a list shows, found from the trail of each; for an empty page none."""
    shown = sorted({each for each in subject_ids if each is not None})
    if shown:
        line = _line(request, AccessAction.LISTED, subject, purpose)
        AccessEntry(**line, subject_ids=shown, detail=detail or {}).save()


def _line(request: HttpRequest, action: AccessAction, subject: str, purpose: str) -> dict[str, Any]:
    staff = getattr(request, "staff", None)
    api_key = getattr(request, "api_key", None)
    return {
        "staff_member_id": staff.pk if staff else None,
        "api_key_id": api_key.pk if api_key else None,
        "action": action,
        "subject": subject,
        "purpose": purpose or (PARTNERS_SYSTEM if api_key else ""),
        "request_id": getattr(request, "request_id", ""),
        "address": request.META.get("REMOTE_ADDR") or None,
    }
