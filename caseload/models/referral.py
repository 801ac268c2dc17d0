from datetime import date

from django.db import models
from django.db.models import Q

from caseload.enums import ReferralStatus
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class ReferralQuerySet(models.QuerySet["Referral"]):
    def waiting(self) -> "ReferralQuerySet":
        return self.filter(status=ReferralStatus.SENT)

    def overdue(self, *, today: date) -> "ReferralQuerySet":
        return self.waiting().filter(answer_by__lt=today)


@tracked()
class Referral(TenantRecord):
    """A hand-over between organisations, with its clock (CAS-06).

    ``client`` is the person's surviving record. ``sent_record`` is the sender's own record of the person, which stays
    the sender's when the two were found to be one: the sender is shown that one, and learns of no other.
    ``sender_ref`` and ``idempotency_key`` are the sender's; ``content_hash`` tells a repeat from a different content.
    """

    client = TenantForeignKey("caseload.Client", related_name="referrals")
    sent_record = TenantForeignKey("caseload.Client", null=True, blank=True, related_name="+", editable=False)
    consent = TenantForeignKey("caseload.Consent", null=True, blank=True, related_name="referrals", editable=False)
    from_organisation = TenantForeignKey("partners.Organisation", related_name="referrals_sent")
    to_organisation = TenantForeignKey("partners.Organisation", related_name="referrals_received")
    service = TenantForeignKey("commissioning.Service", null=True, blank=True, related_name="referrals")
    made_on = models.DateField()
    status = models.CharField(choices=ReferralStatus, default=ReferralStatus.SENT)
    status_on = models.DateField()
    reason = models.TextField(blank=True)
    status_reason = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    answer_by = models.DateField(null=True, blank=True)
    sender_ref = models.CharField(max_length=200, blank=True, db_collation="C", editable=False)
    idempotency_key = models.CharField(max_length=128, blank=True, db_collation="C", editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)
    answered_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TenantManager.from_queryset(ReferralQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("status", ReferralStatus),
            in_order("made_on", "status_on"),
            models.UniqueConstraint(
                fields=["consortium", "from_organisation", "sender_ref"],
                condition=~Q(sender_ref=""),
                name="caseload_referral_sender_ref",
            ),
            models.UniqueConstraint(
                fields=["consortium", "from_organisation", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="caseload_referral_idempotency",
            ),
        ]
        indexes = [
            # The inbox of an organisation: what waits, by its clock.
            models.Index(
                fields=["consortium", "to_organisation", "status", "answer_by"], name="caseload_referral_inbox"
            ),
            # GET /referrals/?updated_since=&direction=, in the order of its cursor.
            models.Index(
                fields=["consortium", "from_organisation", "updated_at", "uid"], name="caseload_referral_sent"
            ),
            models.Index(fields=["consortium", "to_organisation", "updated_at", "uid"], name="caseload_referral_got"),
        ]
