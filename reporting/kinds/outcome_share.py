"""What other organisations contributed to outcomes: the claimant's word, seen by the organisations it names."""

from typing import Any

from caseload.models import Client
from commissioning.kinds.words import contract_page, may_see_contract
from partners.models import StaffMember
from partners.permissions import Capability
from partners.platform.records.kinds import RecordKind
from reporting.models import OutcomeShare


def within(rows: Any, staff: StaffMember) -> Any:
    return rows.visible_to(staff)


def may_see_job(job: Any, staff: StaffMember) -> bool:
    return bool(Client.objects.visible_to(staff).filter(pk=job.client_id).exists())


KIND = RecordKind(
    model=OutcomeShare,
    slug="outcome-shares",
    title="Shares in outcomes",
    singular="share in an outcome",
    about="What organisations contributed to outcomes that others claim: recorded, not paid.",
    shown=("item", "organisation", "share", "job.contract", "job.started_on", "reason"),
    called={"item": "Outcome", "share": "Share, %", "reason": "What it contributed"},
    capability=Capability.VIEW_CONTRACTS,
    within=within,
    one="Share in an outcome of",
    whose=("organisation",),
    what="item",
    order=("-recorded_at", "-id"),
    filters=("item", "organisation"),
    searched=("organisation__name", "reason", "job__contract__title"),
    searches="A word of the organisation, the contract or the reason.",
    begins="Whoever claims an outcome records it from the client's page.",
    links={"job": lambda job: contract_page(job.contract)},
    guarded={"job": may_see_job, "contract": may_see_contract},
)
