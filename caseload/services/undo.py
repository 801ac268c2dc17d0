"""Taking back one's own last entry: the same day, while nothing builds on it. The history keeps that it was there."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import ProtectedError
from django.utils import timezone

from caseload.models import Assessment, Consent, Job
from caseload.queries.writing import record_of
from caseload.services.journey import allowed
from caseload.services.sharing import bring_shares_up_to_date
from partners.errors import CaseloadError
from partners.models import StaffMember


class NotUndone(CaseloadError):
    code = "not_undone"
    message = "This entry can't be undone."


def undo_entry(entry: Any, *, by: StaffMember) -> None:
    """Take back an entry that this person made today and that nothing builds on; raise :class:`NotUndone` else."""
    allowed(by, record_of(entry))
    if not is_own_of_today(entry, by):
        raise NotUndone("Only the person who made an entry can undo it, and only on the same day. Correct it instead.")
    if isinstance(entry, Job) and entry.checks.exists():
        raise NotUndone("This job has checks recorded on it. Undo them first.")
    try:
        _rows_of(entry).delete()
    except ProtectedError as refusal:
        raise NotUndone("Something recorded later builds on this entry, so it can't be undone.") from refusal
    if isinstance(entry, Consent):
        bring_shares_up_to_date(today=timezone.localdate(), clients=[entry.client_id])


def is_own_of_today(entry: Any, by: StaffMember) -> bool:
    """Read from the history triggers who stored the row and when; a row changed by somebody else since is not own."""
    history = apps.get_model(entry._meta.app_label, f"{type(entry).__name__}History")
    lines = history.objects.filter(pgh_obj_id=entry.pk).order_by("pgh_id")
    staff = [(line.pgh_context or {}).get("staff") for line in lines]
    made_today = bool(lines) and timezone.localdate(lines[0].pgh_created_at) == timezone.localdate()
    return made_today and set(staff) == {by.pk}


def _rows_of(entry: Any) -> models.QuerySet[Any]:
    """Return the rows an act stored: an assessment is one act and a row for each dimension."""
    if isinstance(entry, Assessment):
        return Assessment.objects.filter(
            client=entry.client_id, assessed_on=entry.assessed_on, recorded_at=entry.recorded_at
        )
    return type(entry).objects.filter(pk=entry.pk)  # type: ignore[no-any-return]
