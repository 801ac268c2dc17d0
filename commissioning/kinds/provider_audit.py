"""The annual audit plan, and the yearly external audit of spend and viability (COM-14)."""

from datetime import date
from typing import Any

from commissioning.kinds.words import OVERSEE, VIEW, WORK, in_sight
from commissioning.kinds.years import a_financial_year
from commissioning.models import ProviderAudit
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.changing import refuse_future
from partners.platform.records.keeping import Keeps
from partners.platform.records.kinds import RecordKind
from partners.platform.records.waiting import Waiting


def done_by_today(audit: ProviderAudit) -> None:
    refuse_future(audit.done_on, "done_on")


def overdue(audits: Any, staff: StaffMember, today: date) -> Any:
    return audits.filter(done_on__isnull=True, planned_on__lt=today)


KIND = RecordKind(
    model=ProviderAudit,
    slug="audits",
    title="Annual audit plan",
    singular="audit",
    about="Audits of providers by year: what is planned, what was done, and the opinion.",
    one="Audit of",
    whose=("provider",),
    what="kind",
    shown=("planned_on", "provider", "kind", "financial_year", "auditor", "done_on", "opinion"),
    capability=VIEW,
    within=in_sight,
    day="planned_on",
    searched=("provider__name", "auditor", "opinion", "financial_year"),
    searches="A word of the provider, of the auditor, of the opinion or of the year.",
    filters=("provider", "kind"),
    begins="Plan the first one here.",
    parts=WORK,
    today=(
        Waiting(
            name="overdue",
            one="audit of the annual plan not done by its day",
            many="audits of the annual plan not done by their day",
            rows=overdue,
            capability=Capability.KEEP_OVERSIGHT,
            order=47,
            tone="warning",
        ),
    ),
    keeps=Keeps(
        fields=("provider", "kind", "financial_year", "planned_on", "auditor", "done_on", "opinion"),
        may=OVERSEE,
        rules=(a_financial_year, done_by_today),
        hints={"financial_year": "As 2007-08.", "done_on": "Empty until it is done; then the opinion goes with it."},
    ),
)
