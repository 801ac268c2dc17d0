"""Exchange packages in and out: checked, loaded as batches, undone, and written (contract exchange/README.md)."""

import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from partners.enums import AccessAction
from partners.errors import CaseloadError
from partners.models import AccessEntry, BackgroundJob, ExchangeBatch, StaffMember
from partners.permissions import Capability, require
from partners.platform.exchange.declarations import withheld_from
from partners.platform.exchange.exporting import export_package
from partners.platform.exchange.importing import Outcome, Tell, import_package
from partners.platform.exchange.undoing import undo
from partners.platform.jobs.queue import ask, job_kind
from partners.platform.tenancy.scope import current_consortium_id, in_consortium

DAYS_KEPT = 14
TAKING_OUT = "Taking out all records of the consortium"


def load_package(
    path: Path, *, report: Path, dry_run: bool = False, tell: Tell | None = None, by: StaffMember | None = None
) -> Outcome:
    """Load a package into the consortium in scope as a batch; a refused or merely tried one leaves no batch behind.

    Without ``by`` it is the operator's act, which may bring anything.
    """
    batch = ExchangeBatch(file_name=path.name[:300], dry_run=dry_run, asked_by=by)
    batch.save()
    outcome = import_package(path, report=report, batch=batch, by=by, dry_run=dry_run, tell=tell)
    if not outcome.loaded:
        batch.delete()
    return outcome


def write_package(path: Path, *, consortium_id: int) -> dict[str, int]:
    """Write a consortium as it stands at one moment; the access trail keeps that everything was exported."""
    with in_consortium(consortium_id, snapshot=True):
        counts = export_package(path)
        _note_export(None, counts)
    return counts


@transaction.atomic
def check_upload(upload: "UploadedFile[bytes]", *, by: StaffMember) -> ExchangeBatch:
    """Keep an uploaded package and have it checked in the background; nothing of it is loaded yet."""
    require(by, Capability.MOVE_RECORDS)
    batch = ExchangeBatch(file_name=(upload.name or "package.zip")[:300], dry_run=True, asked_by=by)
    batch.file.save(f"{batch.uid}.zip", upload, save=False)
    batch.save()
    title = f"Check {batch.file_name}"
    batch.job = ask(
        "exchange_import", title=title[:300], payload={"batch": batch.pk}, by=by, subject_key=str(batch.uid)
    )
    batch.save(update_fields=["job"])
    return batch


@transaction.atomic
def ask_to_load(batch: ExchangeBatch, *, by: StaffMember) -> ExchangeBatch:
    """Have a checked package loaded in the background."""
    require(by, Capability.MOVE_RECORDS)
    batch.refresh_from_db(from_queryset=ExchangeBatch.objects.select_for_update())
    if batch.loaded_at or not batch.dry_run:
        raise CaseloadError("This package is loaded already, or being loaded.")
    if batch.refusals or not batch.file or (batch.job and not batch.job.is_over):
        raise CaseloadError("Only a package that was checked and found right can be loaded.")
    batch.dry_run = False
    title = f"Load {batch.file_name}"
    batch.job = ask(
        "exchange_import", title=title[:300], payload={"batch": batch.pk}, by=by, subject_key=str(batch.uid)
    )
    batch.save(update_fields=["dry_run", "job"])
    return batch


@job_kind("exchange_import")
def import_upload(job: BackgroundJob, tell: Tell) -> dict[str, Any]:
    """Check or load the batch of a job, as the batch says; the worker's transaction holds all of it."""
    batch: ExchangeBatch = ExchangeBatch.objects.get(pk=job.payload["batch"])
    by = _bringer(job)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.csv")
        outcome = import_package(
            Path(batch.file.path), report=report, batch=batch, by=by, dry_run=batch.dry_run, tell=tell
        )
        batch.groups = outcome.summary.as_json()
        with report.open("rb") as stream:
            batch.report.save(f"{batch.uid}.csv", File(stream), save=False)
    if outcome.is_refused:
        batch.dry_run = True
    batch.save()
    if outcome.loaded:
        transaction.on_commit(partial(batch.file.storage.delete, str(batch.file.name)))
    return {"refusals": outcome.summary.refusals, "warnings": outcome.summary.warnings}


def _bringer(job: BackgroundJob) -> StaffMember:
    """Return who had a package checked or loaded, with the rights they have now: roles change while work waits."""
    by = job.asked_by and StaffMember.objects.select_related("organisation").get(pk=job.asked_by.pk)
    if by is None or by.left_at is not None:
        raise CaseloadError("Whoever asked for this has left. Ask for it again.")
    require(by, Capability.MOVE_RECORDS)
    return by


@transaction.atomic
def undo_batch(batch: ExchangeBatch, *, by: StaffMember, reason: str) -> ExchangeBatch:
    """Undo an import while nothing builds on it; the reason stays in the access trail."""
    require(by, Capability.MOVE_RECORDS)
    undo(batch, by=by)
    AccessEntry(
        staff_member=by,
        action=AccessAction.ADMINISTERED,
        subject="partners.exchangebatch",
        subject_id=batch.pk,
        detail={"act": "undone"},
        purpose=reason[:200],
    ).save()
    return batch


def ask_for_export(*, by: StaffMember) -> BackgroundJob:
    """Have the consortium written as a package in the background."""
    require(by, Capability.MOVE_RECORDS)
    return ask("exchange_export", title="Export all records", payload={}, by=by, subject_key=f"all for {by.pk}")


@job_kind("exchange_export", snapshot=True)
def export_upload(job: BackgroundJob, tell: Tell) -> dict[str, Any]:
    by = _bringer(job)
    hidden = sum(len(keys) for keys in withheld_from(by).values())
    counts = export_package(export_path(job), progress=tell, by=by)
    _note_export(by, counts)
    return {"rows": sum(counts.values()), "withheld": hidden}


def export_path(job: BackgroundJob) -> Path:
    """Return where an export lies: outside the web root, under a name nobody can guess."""
    return Path(settings.MEDIA_ROOT) / "exchange" / f"export-{job.uid}.zip"


def clear_old_files() -> None:
    """Delete packages that were uploaded or written more than two weeks ago; reports and counts stay."""
    oldest = timezone.now() - timedelta(days=DAYS_KEPT)
    for batch in ExchangeBatch.objects.filter(recorded_at__lt=oldest).exclude(file=""):
        batch.file.delete(save=True)
    for job in BackgroundJob.objects.filter(kind="exchange_export", asked_at__lt=oldest):
        export_path(job).unlink(missing_ok=True)


def _note_export(by: StaffMember | None, counts: dict[str, int]) -> None:
    AccessEntry(
        staff_member=by,
        action=AccessAction.EXPORTED,
        subject="partners.consortium",
        subject_id=current_consortium_id(),
        detail=counts,
        purpose=TAKING_OUT,
    ).save()
