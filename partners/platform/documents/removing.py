"""Taking a part away with a reason, and putting it back while it can be: the same for documents, actions and notes."""

from datetime import timedelta
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import StaffMember
from partners.models.part import Document, Part
from partners.platform.documents.subjects import Subject

UNDO_DAYS = 30


def remove(subject: Subject, part: Part, *, version: int, reason: str, by: StaffMember) -> Any:
    """Take a part out of its record; for some days it can be put back, then the file of a document is deleted."""
    with transaction.atomic(), pghistory.context(reason=reason):
        current = _locked(subject, part)
        if current.version != version:
            raise ChangedMeanwhile
        if current.removed_at is not None:
            raise CaseloadError("This was removed already.")
        current.removed_at, current.removed_by, current.removal_reason = timezone.now(), by, reason
        current.version += 1
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
    return current


def put_back(subject: Subject, part: Part, *, by: StaffMember) -> Any:
    """Take a removal back.

    :raises CaseloadError: it stands there, its file is deleted, or the same file is there again
    """
    with transaction.atomic(), pghistory.context(reason="Put back"):
        current = _locked(subject, part)
        if current.removed_at is None:
            raise CaseloadError("This is there already.")
        if isinstance(current, Document):
            _refuse_gone(subject, current)
        current.removed_at, current.removed_by, current.removal_reason = None, None, ""
        current.version += 1
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
    return current


def removed(subject: Subject, model: type[Part]) -> list[Any]:
    """Return what was removed from a record, for those who may put it back."""
    rows = subject.parts(model).filter(removed_at__isnull=False).select_related("removed_by").order_by("-removed_at")
    return [part for part in rows if subject.corrects(part)]


def last_day(document: Document) -> Any:
    """Return the day until which a removed document can be put back."""
    return timezone.localdate(document.removed_at) + timedelta(days=UNDO_DAYS) if document.removed_at else None


def _locked(subject: Subject, part: Part) -> Any:
    rows: Any = type(part)._default_manager
    current = rows.select_for_update().get(pk=part.pk)
    if not subject.corrects(current):
        raise NotAllowed
    return current


def _refuse_gone(subject: Subject, document: Document) -> None:
    if document.file_deleted_at is not None:
        raise CaseloadError("The file was deleted meanwhile. Upload it again, if you have it.")
    rows: Any = Document.objects
    same = rows.kept().filter(
        subject_kind=document.subject_kind,
        subject_id=document.subject_id,
        organisation=document.organisation_id,
        category=document.category,
        sha256=document.sha256,
    )
    if same.exists():
        raise CaseloadError("The same file was uploaded again meanwhile, and stands there.")
