"""What visits and audits found, and what is to be done about it (COM-14)."""

from datetime import date
from typing import Any

from commissioning.kinds.words import OVERSEE, VIEW, WORK, in_sight
from commissioning.models import Finding
from partners.errors import CaseloadError
from partners.models import StaffMember
from partners.platform.records.changing import refuse_future
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting

DEGREES = {"low": "good", "moderate": "warning", "high": "bad"}


def of_its_provider(finding: Finding) -> None:
    for name in ("visit", "audit"):
        source = getattr(finding, name)
        if source is not None and source.provider_id != finding.provider_id:
            raise CaseloadError(
                f"Choose {'a visit to' if name == 'visit' else 'an audit of'} this provider.", field=name
            )


def of_something(finding: Finding) -> None:
    if finding.visit_id is None and finding.audit_id is None:
        raise CaseloadError("Choose the visit or the audit that found it.", field="visit")


def closed_by_today(finding: Finding) -> None:
    refuse_future(finding.closed_on, "closed_on")


def overdue(findings: Any, staff: StaffMember, today: date) -> Any:
    return findings.filter(closed_on__isnull=True, due_on__lt=today)


KIND = RecordKind(
    model=Finding,
    slug="findings",
    title="Findings",
    singular="finding",
    about="What visits and audits found, what is to be done by when, and what was done.",
    one="Finding at",
    whose=("provider",),
    what="found",
    shown=("found", "provider", "severity", "action", "due_on", "closed_on"),
    capability=VIEW,
    within=in_sight,
    day="due_on",
    tones={"severity": DEGREES},
    searched=("provider__name", "found", "action", "answer"),
    searches="A word of the provider, of what was found or of what is to be done.",
    filters=("provider", "severity"),
    begins="Add the first one from a visit or an audit.",
    parent="visit",
    parts=WORK,
    today=(
        Waiting(
            name="overdue",
            one="finding at a provider not put right in time",
            many="findings at providers not put right in time",
            rows=overdue,
            capability=VIEW,
            order=44,
            tone="late",
        ),
    ),
    keeps=Keeps(
        fields=("provider", "visit", "audit", "found", "severity", "action", "due_on", "closed_on", "answer"),
        may=OVERSEE,
        rules=(of_something, of_its_provider, closed_by_today),
        hints={"closed_on": "Empty until it is put right; then what was done goes with it."},
    ),
)
