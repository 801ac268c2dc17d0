"""Other organisations' shares in the credit of an outcome: recorded by whoever claims it, seen by them (KPIS.md).

Pounds go to the contract alone; the shares of an outcome never come to the whole of it.
"""

import pghistory
from django.db import transaction
from django.db.models import Sum

from caseload.models import Client, Job
from partners.errors import CaseloadError, NotAllowed
from partners.models import Organisation, StaffMember
from partners.permissions import Capability, may
from partners.platform.records.changing import keep
from reporting.models import OutcomeShare

WHOLE = 100


def may_share(job: Job, staff: StaffMember) -> bool:
    """Tell whether somebody records who contributed: the claiming provider's managers, and who prepares claims."""
    if job.contract is None or not Client.objects.visible_to(staff).filter(pk=job.client_id).exists():
        return False
    prepares = may(staff, Capability.BUILD_RETURNS) and may(staff, Capability.SEE_ALL_CONTRACTS)
    claims = may(staff, Capability.KEEP_PROVISION) and job.contract.provider_id == staff.organisation_id
    return prepares or claims


def record_share(
    job: Job, *, item: str, organisation: Organisation, share: int, reason: str, by: StaffMember
) -> OutcomeShare:
    """Record what an organisation contributed to an outcome, in per cent.

    :raises CaseloadError: the provider itself, no reason, or shares that leave the provider nothing
    """
    if not may_share(job, by):
        raise NotAllowed
    with transaction.atomic():
        current = Job.objects.select_for_update(of=("self",)).select_related("contract").get(pk=job.pk)
        if current.contract is None or current.contract.provider_id == organisation.pk:
            raise CaseloadError(
                "This organisation claims the outcome itself. Choose another that contributed.", field="organisation"
            )
        if not reason.strip():
            raise CaseloadError("Say what it contributed.", field="reason")
        given = OutcomeShare.objects.filter(job=current, item=item).aggregate(sum=Sum("share"))["sum"] or 0
        if given + share >= WHOLE:
            raise CaseloadError(
                f"{given}% of this outcome is shared already. Enter less than {WHOLE - given}%: whoever claims it keeps"
                " a part.",
                field="share",
            )
        made = OutcomeShare(job=current, item=item, organisation=organisation, share=share, reason=reason.strip())
        return keep(made)


def withdraw_share(share: OutcomeShare, *, reason: str, by: StaffMember) -> None:
    """Take a share back; its history keeps it with the reason."""
    with transaction.atomic(), pghistory.context(reason=reason):
        current = OutcomeShare.objects.select_for_update(of=("self",)).select_related("job__contract").get(pk=share.pk)
        if not may_share(current.job, by):
            raise NotAllowed
        current.delete()
