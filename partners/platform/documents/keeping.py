"""Documents taken in, opened, scanned and cleared away.

The file comes first, then its row (see partners.platform.documents.storage). Every file is looked into before it is
kept; one that is refused stops none of the others.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO, Protocol, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from partners.enums import ScanState
from partners.errors import CaseloadError, NotAllowed
from partners.models import BackgroundJob, Document, StaffMember
from partners.platform.dates import long_date
from partners.platform.documents import scanner, storage
from partners.platform.documents.kinds import KINDS, FileKind, look_into
from partners.platform.documents.names import tidy_name, with_ending
from partners.platform.documents.refusals import FileRefused
from partners.platform.documents.removing import UNDO_DAYS
from partners.platform.documents.subjects import PARTS, Subject, subject_kind
from partners.platform.jobs.queue import Tell, TryLater, ask, job_kind
from partners.platform.records.changing import change
from partners.platform.tenancy.models import TenantRecord
from partners.platform.tenancy.scope import current_consortium_id
from partners.signals import document_infected

MOST_IN_A_FILE = 25 * 2**20
MOST_FILES = 20
SCANNED_AT_ONCE = 50
SCAN_JOB = "scan_documents"
log = logging.getLogger(__name__)


class Upload(Protocol):
    """A file as it was sent."""

    name: str | None
    size: int | None
    file: Any

    def chunks(self) -> Iterator[bytes]: ...


class Infected(FileRefused):
    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(f"was refused by the virus scanner ({found})", "Do not open it, and tell who sent it to you.")


@dataclass
class Taken:
    """What became of the files of one upload: those kept, and what is said of each of the others."""

    kept: list[Document] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    infected: list[str] = field(default_factory=list)


def keep_documents(
    subject: Subject, files: Iterable[Any], *, by: StaffMember, title: str = "", category: str = ""
) -> Taken:
    """Take files in, each by itself: one that is refused keeps none of the others out."""
    taken = Taken()
    for file in files:
        name = tidy_name(file.name or "")
        try:
            taken.kept.append(keep_document(subject, file, by=by, title=title, category=category))
        except Infected as refusal:
            taken.infected.append(refusal.found)
            taken.refused.append(refusal.about(name))
        except FileRefused as refusal:
            taken.refused.append(refusal.about(name))
    return taken


def keep_document(subject: Subject, file: Any, *, by: StaffMember, title: str = "", category: str = "") -> Document:
    """Take one file in, or raise :class:`FileRefused` with what to do about it."""
    if not subject.may_keep:
        raise NotAllowed
    refuse_category(subject, category)
    name = tidy_name(file.name or "")
    if (file.size or 0) > MOST_IN_A_FILE:
        raise too_large()
    kind, caution = look_into(file.file, name)
    digest = _digest(file)
    _refuse_twice(subject, digest)
    document = Document(
        subject_kind=subject.label,
        subject_id=subject.record.pk,
        organisation=by.organisation,
        recorded_by=by,
        category=category,
        name=with_ending(name, kind.endings),
        title=title,
        media_type=kind.media_type,
        caution=caution,
        scan=_scanned(file),
        size=file.size,
        sha256=digest,
    )
    document.scanned_at = timezone.now() if document.scan == ScanState.CLEAN else None
    _store(document, file)
    if document.scan == ScanState.WAITING:
        ask_for_scan()
    return document


def too_large() -> FileRefused:
    most = MOST_IN_A_FILE // 2**20
    return FileRefused(f"is larger than {most} MB", "Send it in parts, or as a PDF of lower quality.")


def refuse_category(subject: Subject, category: str) -> None:
    if category and category not in dict(subject.categories):
        raise CaseloadError("Choose a special category that you may read yourself.", field="category")


def place_of(document: Document) -> tuple[int, UUID]:
    return cast("int", document.consortium_id), document.uid


def _rows() -> Any:
    return Document.objects.all()


def _digest(file: Upload) -> str:
    digest = sha256()
    file.file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_twice(subject: Subject, digest: str) -> None:
    same = subject.parts(Document).filter(sha256=digest, removed_at__isnull=True).first()
    if same is not None:
        day = long_date(timezone.localdate(same.recorded_at))
        raise FileRefused(f"is here already, as “{same}” of {day}", "It was not stored a second time.")


def _scanned(file: Upload) -> ScanState:
    if not scanner.has_scanner():
        return ScanState.NOT_SCANNED
    file.file.seek(0)
    try:
        found = scanner.scan(file.chunks())
    except scanner.ScannerAway as away:
        log.warning("The virus scanner is away; a document waits for it (%s)", away)
        return ScanState.WAITING
    if found:
        log.warning("The virus scanner refused a file: %s", found)
        raise Infected(found)
    return ScanState.CLEAN


def _store(document: Document, file: Upload) -> None:
    where = place_of(document)
    file.file.seek(0)
    try:
        storage.write(*where, file.chunks())
    except OSError as full:
        log.exception("A document could not be written; the disk may be full")
        raise FileRefused("could not be stored", "Tell the operator: the disk may be full.") from full
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as twice:
        storage.delete(*where)
        raise FileRefused("is being uploaded by somebody else as well", "Look at the list in a moment.") from twice
    except BaseException:
        storage.delete(*where)
        raise


def change_document(
    subject: Subject, document: Document, *, version: int, values: Mapping[str, Any], by: StaffMember
) -> Document:
    """Say anew what a document is, or of which special category."""
    if not subject.corrects(document):
        raise NotAllowed
    if values["category"] != document.category:
        refuse_category(subject, values["category"])
    return change(document, version=version, values={name: values[name] for name in ("title", "category")})


def kind_of(document: Document) -> FileKind:
    return KINDS[document.media_type]


def contents(document: Document) -> Iterator[bytes]:
    """Yield what a document holds; raise :class:`storage.FileBroken` when its file is not as it was written."""
    return storage.read(*place_of(document))


def as_stream(document: Document) -> BinaryIO:
    return BytesIO(b"".join(contents(document)))


def documents_of(record: TenantRecord) -> QuerySet[Document]:
    """Return every document kept with a record and with those that are one with it: what a copy for a person lists."""
    kind = subject_kind(record._meta.label_lower)
    found: QuerySet[Document] = (
        _rows()
        .with_records(record._meta.label_lower, kind.pooled(record) if kind else [record.pk])
        .kept()
        .filter(file_deleted_at__isnull=True)
        .order_by("recorded_at", "id")
    )
    return found


def delete_parts_of(record: TenantRecord) -> int:
    """Delete for good what is kept with a record, files included, so that the record itself can go (retention)."""
    count = 0
    for model in PARTS:
        rows: Any = model._default_manager.with_records(record._meta.label_lower, [record.pk])  # type: ignore[attr-defined]
        for document in rows if model is Document else []:
            transaction.on_commit(partial(storage.delete, *place_of(document)))
        count += rows.delete()[0]
    return count


def ask_for_scan() -> BackgroundJob:
    return ask(SCAN_JOB, title="Scan documents for viruses", payload={}, subject_key="waiting")


@job_kind(SCAN_JOB)
def scan_waiting(job: BackgroundJob, tell_progress: Tell) -> dict[str, Any]:
    """Let the scanner look at what waits for it, and at what was kept before there was one."""
    waiting = _unscanned().select_for_update().order_by("id")[:SCANNED_AT_ONCE]
    done = 0
    for document in waiting:
        try:
            found = scanner.scan(contents(document))
        except scanner.ScannerAway as away:
            if done:
                break
            raise TryLater("The virus scanner does not answer.") from away
        except storage.FileBroken:
            log.exception("The file of document %s is not there, or not as it was written", document.uid)
            continue
        _note_scan(document, found)
        done += 1
    return {"scanned": done}


def _unscanned() -> QuerySet[Document]:
    states = [ScanState.WAITING, ScanState.NOT_SCANNED]
    found: QuerySet[Document] = _rows().filter(scan__in=states, file_deleted_at__isnull=True)
    return found


def _note_scan(document: Document, found: str) -> None:
    now = timezone.now()
    document.scanned_at, document.version = now, document.version + 1
    document.scan = ScanState.INFECTED if found else ScanState.CLEAN
    if found:
        log.warning("The virus scanner found %s in document %s; its file is deleted", found, document.uid)
        document.removed_at = document.removed_at or now
        document.removal_reason = f"The virus scanner found {found} in it; the file is deleted."
        document.file_deleted_at = now
        transaction.on_commit(partial(storage.delete, *place_of(document)))
        document_infected.send(sender=Document, document=document)
    document.save()


def clear_away(*, now: datetime) -> None:
    """Delete the files of documents removed long enough ago, and files that no row names; ring for the scanner."""
    over = now - timedelta(days=UNDO_DAYS)
    for document in _rows().removed().filter(file_deleted_at__isnull=True, removed_at__lt=over):
        document.file_deleted_at, document.version = now, document.version + 1
        document.save(update_fields=["file_deleted_at", "version"])
        transaction.on_commit(partial(storage.delete, *place_of(document)))
    sweep()
    if scanner.has_scanner() and _unscanned().exists():
        ask_for_scan()


def sweep() -> int:
    """Delete old files whose row was never stored, or says that they are gone; return how many."""
    old = storage.old_files(current_consortium_id())
    there = _rows().filter(uid__in=list(old), file_deleted_at__isnull=True).values_list("uid", flat=True)
    orphans = set(old) - set(there)
    for uid in orphans:
        old[uid].unlink(missing_ok=True)
    return len(orphans)
