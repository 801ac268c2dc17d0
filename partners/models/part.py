"""What is kept with a record of any kind: documents, actions and notes: three tables for all of them."""

from collections.abc import Collection
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.enums import ScanState
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

# A part begins to exist only while its subject is there, and holds on to it until its own transaction ends.
IS_THERE = """
    EXECUTE format('SELECT true FROM %I WHERE consortium_id = $1 AND id = $2 FOR KEY SHARE',
                   replace(NEW.subject_kind, '.', '_'))
       INTO found USING NEW.consortium_id, NEW.subject_id;
    IF found IS NULL THEN
        RAISE EXCEPTION 'There is no % % to keep this with.', NEW.subject_kind, NEW.subject_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
"""


def of_subject() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="of_subject",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("subject_kind", "subject_id"),
        declare=[("found", "boolean")],
        func=IS_THERE,
    )


class PartQuerySet(models.QuerySet["Part"]):
    def with_records(self, kind: str, ids: "Collection[int] | models.QuerySet[Any, int]") -> Self:
        return self.filter(subject_kind=kind, subject_id__in=ids)

    def kept(self) -> Self:
        """Leave out those that were removed."""
        return self.filter(removed_at__isnull=True)

    def removed(self) -> Self:
        return self.filter(removed_at__isnull=False)


class Part(TenantRecord):
    """Something kept with a record. Its sight is that of its subject, narrowed by its ``category`` where it has one.

    ``subject_kind`` names the table, as ``caseload.client``. What a category is called and who reads it, the subject's
    kind says (partners.platform.documents.subjects). A removed part keeps its reason and can be put back for a time.
    """

    subject_kind = models.CharField(max_length=60, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    category = models.CharField("special category", max_length=30, blank=True)
    organisation = TenantForeignKey("partners.Organisation", related_name="+", editable=False)
    recorded_by = TenantForeignKey("partners.StaffMember", related_name="+", editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = TenantForeignKey("partners.StaffMember", related_name="+", null=True, blank=True, editable=False)
    removal_reason = models.CharField(max_length=500, blank=True, editable=False)

    class Meta(TenantRecord.Meta):
        abstract = True


@tracked()
class Document(Part):
    """A file kept with a record: the row here, the bytes encrypted outside the database under its ``uid``.

    ``media_type`` is what the content was found to be, whatever the file was called. ``caution`` says what in it can
    act, so that it is only downloaded. Without ``file_deleted_at`` the file is there.
    """

    name = models.CharField(max_length=150, editable=False)
    title = models.CharField("what it is", max_length=200, blank=True)
    media_type = models.CharField(max_length=100, editable=False)
    size = models.BigIntegerField(editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    caution = models.CharField(max_length=300, blank=True, editable=False)
    scan = models.CharField("virus scan", choices=ScanState, editable=False)
    scanned_at = models.DateTimeField(null=True, blank=True, editable=False)
    file_deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantManager.from_queryset(PartQuerySet)()

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            one_of("scan", ScanState),
            models.UniqueConstraint(
                fields=["consortium", "subject_kind", "subject_id", "organisation", "category", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="partners_document_once",
                violation_error_message="This file is here already.",
            ),
        ]
        indexes = [
            # The documents of a record, the newest first.
            models.Index(fields=["consortium", "subject_kind", "subject_id", "-id"], name="partners_document_subject"),
            # What the scanner has still to see.
            models.Index(
                fields=["consortium", "id"], condition=~Q(scan=ScanState.CLEAN), name="partners_document_unscanned"
            ),
            # Removed files whose time is over.
            models.Index(
                fields=["consortium", "removed_at"],
                condition=Q(removed_at__isnull=False, file_deleted_at__isnull=True),
                name="partners_document_removed",
            ),
        ]
        triggers = [of_subject()]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def is_there(self) -> bool:
        """Tell whether its file may be opened: it is neither gone nor waiting for the scanner nor found infected."""
        return self.file_deleted_at is None and self.scan in {ScanState.CLEAN, ScanState.NOT_SCANNED}


@tracked()
class Note(Part):
    """Words kept with a record; who wrote them first is ``recorded_by``, what they said before is in the history."""

    text = models.TextField(max_length=10_000)

    objects = TenantManager.from_queryset(PartQuerySet)()

    class Meta(Part.Meta):
        indexes = [
            # The notes of a record, the newest first.
            models.Index(fields=["consortium", "subject_kind", "subject_id", "-id"], name="partners_note_subject"),
        ]
        triggers = [of_subject()]

    def __str__(self) -> str:
        return f"Note of {timezone.localtime(self.recorded_at):%-d %B %Y}"


class ActionQuerySet(PartQuerySet):
    def open(self) -> Self:
        return self.kept().filter(done_at__isnull=True)


@tracked()
class Action(Part):
    """Something to do about a record: by whom, until when. The open ones of a person are on their Today page."""

    title = models.CharField("what is to be done", max_length=300)
    owner = TenantForeignKey("partners.StaffMember", related_name="actions")
    due_on = models.DateField("the day it is due")
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_by = TenantForeignKey("partners.StaffMember", related_name="+", null=True, blank=True, editable=False)

    objects = TenantManager.from_queryset(ActionQuerySet)()

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("recorded_at")),
                name="partners_action_done_after",
                violation_error_message="An action is done after it was recorded.",
            ),
        ]
        indexes = [
            # The actions of a record.
            models.Index(fields=["consortium", "subject_kind", "subject_id", "-id"], name="partners_action_subject"),
            # One's own on Today, the most pressing first.
            models.Index(
                fields=["consortium", "owner", "due_on", "id"],
                condition=Q(done_at__isnull=True, removed_at__isnull=True),
                name="partners_action_open",
            ),
        ]
        triggers = [of_subject()]

    def __str__(self) -> str:
        return self.title
