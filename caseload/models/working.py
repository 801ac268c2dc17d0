from django.db import models
from django.db.models import Q
from django.utils import timezone

from caseload.enums import LeadProposalState
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class ServiceWorkerQuerySet(models.QuerySet["ServiceWorker"]):
    def now(self) -> "ServiceWorkerQuerySet":
        return self.filter(to_date__isnull=True)


@tracked()
class ServiceWorker(TenantRecord):
    """Who works with a client for the organisation that took a referral on, and from when to when (CAS-06, CAS-08).

    The client's lead adviser stays who they are. ``staff`` is nobody while the organisation has not named anybody, as
    where its own system accepted. caseload.services.leading begins and ends these spells with the referral and with
    what it opens.
    """

    referral = TenantForeignKey("caseload.Referral", related_name="workers")
    staff = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="working_with")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = TenantManager.from_queryset(ServiceWorkerQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            models.UniqueConstraint(
                fields=["consortium", "referral"],
                condition=Q(to_date__isnull=True),
                name="caseload_serviceworker_one",
                violation_error_message="Somebody works with this client for the service already.",
            ),
        ]


@tracked()
class LeadProposal(TenantRecord):
    """That the lead of a client goes over to another organisation: proposed by one side, agreed to by the other.

    ``staff`` is to lead from the day ``on``; ``lead`` leads now. ``proposed_by`` belongs to the side of one of the
    two, and the other side answers. Agreed to before the day has come, it waits for it.
    """

    client = TenantForeignKey("caseload.Client", related_name="lead_proposals")
    lead = TenantForeignKey("partners.StaffMember", related_name="+")
    staff = TenantForeignKey("partners.StaffMember", related_name="+")
    proposed_by = TenantForeignKey("partners.StaffMember", related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    on = models.DateField()
    reason = models.TextField(max_length=1000)
    state = models.CharField(choices=LeadProposalState, default=LeadProposalState.PROPOSED)
    answered_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=1000, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("state", LeadProposalState),
            models.UniqueConstraint(
                fields=["consortium", "client"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="caseload_leadproposal_one",
                violation_error_message="A hand-over of this client waits already.",
            ),
        ]
