"""What becomes of an upload: row and file, both or neither; scanned, removed, put back and cleared away."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from caseload.models import Client
from commissioning.models import Contract
from employers.models import Employer
from partners.enums import Role, ScanState
from partners.errors import CaseloadError, ChangedMeanwhile, NotAllowed
from partners.models import BackgroundJob, Document, Note, Notice, StaffMember
from partners.platform.documents import keeping, storage
from partners.platform.documents.keeping import (
    clear_away,
    contents,
    delete_parts_of,
    documents_of,
    keep_document,
    keep_documents,
)
from partners.platform.documents.refusals import FileRefused
from partners.platform.documents.removing import UNDO_DAYS, put_back, remove
from partners.platform.documents.subjects import Subject, find_subject, subject_kinds
from partners.platform.jobs import queue as jobs
from partners.platform.tenancy.models import TenantRecord
from tests.factories import caseload as make
from tests.factories.commissioning import ContractFactory
from tests.factories.employers import EmployerFactory
from tests.factories.partners import StaffFactory
from tests.partners.documents import files
from tests.partners.documents.clamav import VIRUS, scanner_at_work
from tests.partners.documents.conftest import as_seen_by

Commit = Callable[..., Any]


def lies(document: Document) -> bool:
    return storage.path_of(document.consortium_id, document.uid).exists()


def test_a_file_is_kept_with_its_record(subject: Subject, adviser: StaffMember) -> None:
    content = files.pdf()

    kept = keep_document(subject, files.sent("../My CV.exe", content, "text/html"), by=adviser, title="CV")

    kept.refresh_from_db()
    assert (kept.name, kept.title, kept.media_type, kept.size) == (
        "My CV.exe.pdf",
        "CV",
        "application/pdf",
        len(content),
    )
    assert (kept.subject_kind, kept.subject_id, kept.recorded_by) == ("caseload.client", subject.record.pk, adviser)
    assert b"".join(contents(kept)) == content
    assert (kept.scan, kept.scanned_at) == (ScanState.NOT_SCANNED, None)


def test_one_bad_file_keeps_the_others_in(subject: Subject, adviser: StaffMember) -> None:
    good, bad, also = ("a.pdf", files.pdf()), ("b.pdf", b"MZ\x90\x00"), ("c.jpg", files.picture())

    taken = keep_documents(subject, [files.sent(*each) for each in (good, bad, also)], by=adviser)

    assert [each.name for each in taken.kept] == ["a.pdf", "c.jpg"]
    assert taken.refused == ["“b.pdf” is a Windows program. Programs are not kept here."]
    assert Document.objects.count() == 2


def test_the_same_file_twice_is_told_and_stored_once(
    subject: Subject, document: Document, adviser: StaffMember
) -> None:
    with pytest.raises(FileRefused, match="is here already, as “CV"):
        keep_document(subject, files.sent("again.pdf", files.pdf()), by=adviser)

    assert Document.objects.count() == 1


def test_the_same_file_with_another_client_is_kept(document: Document, adviser: StaffMember) -> None:
    other = as_seen_by(adviser, make.ClientFactory(organisation=adviser.organisation))

    assert keep_document(other, files.sent("CV.pdf", files.pdf()), by=adviser).pk != document.pk


def test_a_file_that_is_too_large_is_refused(
    subject: Subject, adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_IN_A_FILE", 2**20)
    file = files.sent("a.txt", b"x" * (2**20 + 1))

    assert "larger than 1 MB" in keep_documents(subject, [file], by=adviser).refused[0]


def test_a_row_that_cannot_be_stored_leaves_no_file(
    subject: Subject, adviser: StaffMember, monkeypatch: pytest.MonkeyPatch, folder_of_documents: Any
) -> None:
    before = {path for path in folder_of_documents.rglob("*") if path.is_file()}
    monkeypatch.setattr(keeping, "_refuse_twice", lambda *_: None)
    keep_document(subject, files.sent("a.pdf", files.pdf()), by=adviser)

    with pytest.raises(FileRefused, match="by somebody else as well"):
        keep_document(subject, files.sent("b.pdf", files.pdf()), by=adviser)

    assert len({path for path in folder_of_documents.rglob("*") if path.is_file()} - before) == 1


def test_a_full_disk_is_said_and_keeps_nothing(
    subject: Subject, adviser: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "write", full)

    taken = keep_documents(subject, [files.sent("a.pdf", files.pdf())], by=adviser)

    assert taken.refused == ["“a.pdf” could not be stored. Tell the operator: the disk may be full."]
    assert not Document.objects.exists()


def test_who_only_reads_keeps_nothing(client: Client, monitoring_officer: StaffMember) -> None:
    seen = as_seen_by(monitoring_officer, client)

    with pytest.raises(NotAllowed):
        keep_document(seen, files.sent("a.pdf", files.pdf()), by=monitoring_officer)


def test_a_virus_is_refused_and_not_stored(subject: Subject, adviser: StaffMember, settings: Any) -> None:
    with scanner_at_work() as (settings.CLAMAV_ADDRESS, _):
        taken = keep_documents(subject, [files.sent("a.txt", VIRUS), files.sent("b.pdf", files.pdf())], by=adviser)

    assert taken.infected == ["Eicar-Test"]
    assert "was refused by the virus scanner (Eicar-Test)" in taken.refused[0]
    assert [(each.name, each.scan) for each in Document.objects.all()] == [("b.pdf", "clean")]


def test_without_the_scanner_a_document_waits_and_is_scanned_later(
    subject: Subject, adviser: StaffMember, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_tell", lambda *_: None)
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    good = keep_document(subject, files.sent("a.pdf", files.pdf()), by=adviser)
    bad = keep_document(subject, files.sent("b.txt", VIRUS), by=adviser)
    assert (good.scan, good.is_there, bad.is_there) == ("waiting", False, False)
    job = BackgroundJob.objects.get(kind=keeping.SCAN_JOB)

    jobs.run(job.consortium_id, job.pk)
    job.refresh_from_db()
    assert (job.state, "does not answer" in job.message) == ("waiting", True)
    with scanner_at_work() as (settings.CLAMAV_ADDRESS, _):
        jobs.run(job.consortium_id, job.pk)

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.scan, good.is_there) == ("clean", True)
    assert (bad.scan, bad.is_there) == ("infected", False)
    assert "Eicar-Test" in bad.removal_reason
    assert Notice.objects.filter(staff=adviser, words__contains="virus scanner refused").exists()


def test_what_was_kept_before_there_was_a_scanner_is_scanned_when_there_is_one(
    document: Document, settings: Any
) -> None:
    with scanner_at_work() as (settings.CLAMAV_ADDRESS, _):
        clear_away(now=timezone.now())
        job = BackgroundJob.objects.get(kind=keeping.SCAN_JOB)
        jobs.run(job.consortium_id, job.pk)

    document.refresh_from_db()
    assert document.scan == ScanState.CLEAN


def test_a_removed_document_is_put_back(subject: Subject, document: Document, adviser: StaffMember) -> None:
    gone = remove(subject, document, version=1, reason="Of somebody else", by=adviser)
    assert not documents_of(subject.record).exists()

    put_back(subject, gone, by=adviser)

    assert documents_of(subject.record).get().removal_reason == ""


def test_a_document_that_changed_meanwhile_is_not_removed(
    subject: Subject, document: Document, adviser: StaffMember
) -> None:
    keeping.change_document(subject, document, version=1, values={"title": "CV", "category": ""}, by=adviser)

    with pytest.raises(ChangedMeanwhile):
        remove(subject, document, version=1, reason="x", by=adviser)


def test_the_file_of_a_removed_document_goes_after_some_days(
    subject: Subject, document: Document, adviser: StaffMember, django_capture_on_commit_callbacks: Commit
) -> None:
    remove(subject, document, version=1, reason="x", by=adviser)
    with django_capture_on_commit_callbacks(execute=True):
        clear_away(now=timezone.now() + timedelta(days=UNDO_DAYS - 1))
    assert lies(document)

    with django_capture_on_commit_callbacks(execute=True):
        clear_away(now=timezone.now() + timedelta(days=UNDO_DAYS + 1))

    assert not lies(document)
    with pytest.raises(CaseloadError, match="The file was deleted meanwhile"):
        put_back(subject, document, by=adviser)


def test_a_document_is_not_put_back_beside_its_double(
    subject: Subject, document: Document, adviser: StaffMember
) -> None:
    gone = remove(subject, document, version=1, reason="x", by=adviser)
    keep_document(subject, files.sent("CV.pdf", files.pdf()), by=adviser)

    with pytest.raises(CaseloadError, match="was uploaded again meanwhile"):
        put_back(subject, gone, by=adviser)


def test_a_file_without_a_row_is_swept_and_others_stay(document: Document) -> None:
    orphan = make.ClientFactory.build().uid
    storage.write(document.consortium_id, orphan, [b"x"])
    for uid in (orphan, document.uid):
        os.utime(storage.path_of(document.consortium_id, uid), (0, 0))

    assert keeping.sweep() == 1
    assert lies(document)


@pytest.fixture(params=["caseload.client", "commissioning.contract", "employers.employer"])
def record(request: Any, city_council: Any) -> TenantRecord:
    makers = {Client: make.ClientFactory, Contract: ContractFactory, Employer: EmployerFactory}
    kinds = {kind.label: kind.model for kind in subject_kinds()}
    made: TenantRecord = makers[kinds[request.param]]()
    makers[kinds[request.param]]()
    return made


def keeper(record: TenantRecord, city_council: Any) -> StaffMember:
    role = {"client": Role.TRACKING_TEAM, "contract": Role.COMMISSIONER, "employer": Role.ACCOUNT_MANAGER}
    return StaffFactory(organisation=city_council, role=role[record._meta.model_name])


def test_a_record_with_parts_is_not_deleted_before_them(
    record: TenantRecord, city_council: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    staff = keeper(record, city_council)
    subject = find_subject(staff, record._meta.label_lower, record.uid)
    assert subject is not None
    document = keep_document(subject, files.sent("a.pdf", files.pdf()), by=staff)
    Note.objects.create(
        subject_kind=subject.label, subject_id=record.pk, text="x", organisation=city_council, recorded_by=staff
    )
    with pytest.raises(IntegrityError, match="are kept with this record"), transaction.atomic():
        type(record).objects.filter(pk=record.pk).delete()

    with django_capture_on_commit_callbacks(execute=True):
        assert delete_parts_of(record) == 2

    assert not lies(document)
    assert type(record).objects.filter(pk=record.pk).delete()[0] == 1


def test_what_was_removed_from_a_client_goes_before_the_client_and_waits_for_a_contract(
    record: TenantRecord, city_council: Any
) -> None:
    staff = keeper(record, city_council)
    subject = find_subject(staff, record._meta.label_lower, record.uid)
    assert subject is not None
    about = {"subject_kind": subject.label, "subject_id": record.pk}
    note = Note.objects.create(**about, text="x", organisation=city_council, recorded_by=staff)
    remove(subject, note, version=1, reason="Twice", by=staff)

    if isinstance(record, Client):
        with pytest.raises(IntegrityError, match="are kept with this record"), transaction.atomic():
            Client.objects.filter(pk=record.pk).delete()
    else:
        assert type(record).objects.filter(pk=record.pk).delete()[0] == 1


def test_a_part_is_kept_with_no_record_that_is_not_there(adviser: StaffMember) -> None:
    with pytest.raises(IntegrityError, match="There is no caseload"), transaction.atomic():
        Note.objects.create(
            subject_kind="caseload.client",
            subject_id=10**9,
            text="x",
            organisation=adviser.organisation,
            recorded_by=adviser,
        )
