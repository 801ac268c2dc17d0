"""Exchange packages in and out: loaded as batches, undone, and written (contract exchange/README.md)."""

from pathlib import Path

from partners.enums import AccessAction
from partners.exchange.exporting import export_package, one_moment
from partners.exchange.importing import Outcome, Tell, import_package
from partners.models import AccessEntry, ExchangeBatch, StaffMember


def load_package(
    path: Path, *, report: Path, dry_run: bool = False, by: StaffMember | None = None, tell: Tell | None = None
) -> Outcome:
    """Load a package into the consortium in scope as a batch; a refused or merely tried one leaves no batch behind."""
    batch = ExchangeBatch(file_name=path.name[:300], dry_run=dry_run, asked_by=by)
    batch.save()
    outcome = import_package(path, report=report, batch=batch, dry_run=dry_run, tell=tell)
    if not outcome.loaded:
        batch.delete()
    return outcome


def write_package(path: Path, *, consortium_id: int) -> dict[str, int]:
    """Write a consortium as it stands at one moment; the access trail keeps that everything was exported."""
    with one_moment(consortium_id):
        counts = export_package(path)
        AccessEntry(
            action=AccessAction.EXPORTED, subject="partners.consortium", subject_id=consortium_id, detail=counts
        ).save()
    return counts
