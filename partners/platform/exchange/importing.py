"""The import of an exchange package: one transaction, one import at a time in a consortium, all or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from partners.models import ExchangeBatch, StaffMember
from partners.platform.exchange.consortium_rules import check_package
from partners.platform.exchange.declarations import Table, all_tables
from partners.platform.exchange.findings import Finding, Findings, Summary, append_to_report, write_report
from partners.platform.exchange.history import history_marks
from partners.platform.exchange.judging import judge_package
from partners.platform.exchange.leftovers import as_finding
from partners.platform.exchange.loading import Loading
from partners.platform.exchange.package import Package, PackageRefused, opened
from partners.platform.exchange.relations import StagedRelations, stage_name
from partners.platform.exchange.staging import Staging
from partners.platform.tenancy.scope import current_consortium_id
from partners.signals import package_loaded, package_loading

# The first half of the advisory lock's key; the second is the consortium.
LOCK = 0x43_58
SECONDS_BEFORE_GUESS = 5
Tell = Callable[[int, int, str], None]


@dataclass
class Outcome:
    """What an import found and did, or would do."""

    summary: Summary = field(default_factory=Summary)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    loaded: bool = False

    @property
    def is_refused(self) -> bool:
        return self.summary.refusals > 0

    @property
    def changes_nothing(self) -> bool:
        return not any(count["new"] or count["changed"] for count in self.counts.values())


def import_package(
    path: Path,
    *,
    report: Path,
    batch: ExchangeBatch,
    by: StaffMember | None,
    dry_run: bool = False,
    tell: Tell | None = None,
) -> Outcome:
    """Check a package and, unless it is refused or only tried, load it into the consortium in scope as ``batch``.

    Every finding is written to ``report``. Whatever happens, either all of the package is stored or nothing of it.
    ``by`` is who brings it, and may bring what they could write by hand (partners.judging); None is the operator.
    """
    lock_consortium()
    work = _Import(path, report, batch, by, _now_and_then(tell or _silent))
    try:
        with transaction.atomic():
            work.run()
            if work.outcome.is_refused or dry_run:
                transaction.set_rollback(True)
    except PackageRefused as refusal:
        finding = Finding(batch.file_name or path.name, None, "", "", refusal.message)
        work.outcome = Outcome(summary=write_report(iter([finding]), report))
    except DatabaseError as error:
        append_to_report(as_finding(error, work.loading), report, work.outcome.summary)
        work.outcome.counts = {}
    outcome = work.outcome
    batch.counts, batch.refusals, batch.warnings = outcome.counts, outcome.summary.refusals, outcome.summary.warnings
    if not outcome.is_refused and not dry_run:
        outcome.loaded = True
        batch.loaded_at = timezone.now()
        batch.groups = outcome.summary.as_json()
        batch.save()
        package_loaded.send(sender=ExchangeBatch, batch=batch, tables=list(outcome.counts))
        batch.marks = history_marks()
        batch.save(update_fields=["marks"])
    return outcome


def lock_consortium() -> None:
    """Wait for an import, undo or merge that is under way in this consortium; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current_consortium_id()])


def _silent(done: int, of: int, message: str) -> None:
    pass


def _now_and_then(tell: Tell) -> Tell:
    """Tell at each new message, and otherwise at most twice a second: a telling is a transaction of its own."""
    last = ("", 0.0)
    part, began = 0, time.monotonic()

    def told(done: int, of: int, message: str) -> None:
        nonlocal last, part, began
        now = time.monotonic()
        if of != part:
            part, began = of, now
        if message != last[0] or now - last[1] > 0.5:
            last = (message, now)
            tell(done, of, message + time_left(now - began, done, of))

    return told


def time_left(passed: float, done: int, of: int) -> str:
    """Say how long a part of the work still takes, once it has gone on long enough to tell (PAGES.md "Import")."""
    if passed < SECONDS_BEFORE_GUESS or done <= 0:
        return ""
    minutes = round(passed * (of - done) / done / 60)
    if minutes < 1:
        return ", less than a minute left"
    return f", about {minutes} minute{'s' if minutes > 1 else ''} left"


@dataclass
class _Import:
    path: Path
    report: Path
    batch: ExchangeBatch
    by: StaffMember | None
    tell: Tell
    outcome: Outcome = field(default_factory=Outcome)
    loading: Table | None = None
    rows: int = 0

    def run(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL work_mem = '32MB'")
        relations = StagedRelations(current_consortium_id())
        findings = Findings()
        try:
            with opened(self.path) as package:
                self.read(package, relations, findings)
            self.tell(0, 0, "Checking the rows against each other")
            check_package(relations, findings)
            if self.by is not None:
                judge_package(relations, findings, by=self.by)
            self.outcome.summary = write_report(iter(findings), self.report)
        finally:
            findings.close()
        if not self.outcome.is_refused:
            self.load(relations)

    def read(self, package: Package, relations: StagedRelations, findings: Findings) -> None:
        for name, reason in package.strange.items():
            findings.add(name, None, "", "", reason)
        before = 0
        for table in all_tables():
            member = package.tables.get(table.name)
            if member is None:
                continue
            message = f"Reading {table.file} (kilobytes)"

            def progress(read: int, before: int = before, message: str = message) -> None:
                self.tell((before + read) // 1024, package.size // 1024 + 1, message)

            staging = Staging(table, member, findings, progress)
            progress(0)
            header = staging.run()
            before += member.size
            self.rows += staging.rows
            if header is None:
                relations.unreadable.add(table.name)
                continue
            relations.present[table.name] = header.names
            relations.misnamed[table.name] = header.misnamed
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {stage_name(table)}")
        findings.flush()

    def load(self, relations: StagedRelations) -> None:
        package_loading.send(sender=ExchangeBatch, rows=self.rows)
        before = 0
        doing = "Trying" if self.batch.dry_run else "Storing"
        for table in all_tables():
            if not relations.is_staged(table.name):
                continue
            self.loading = table

            def progress(done: int, before: int = before, name: str = table.name) -> None:
                self.tell(before + done, self.rows, f"{doing} {name.replace('_', ' ')} (rows)")

            counts = Loading(table, relations.present[table.name], self.batch, progress).run()
            self.outcome.counts[table.name] = counts.as_json()
            before += counts.new + counts.changed + counts.same
        self.outcome.counts = {
            t.name: self.outcome.counts[t.name] for t in all_tables() if t.name in self.outcome.counts
        }
