"""Outcomes that signed claims ask money for: each person's once under a stream; and who else contributed to them."""

from django.db import models
from django.db.models import Q

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord
from reporting.enums import ClaimItem, OutcomeItem

COUNTED_TWICE = "reporting_claimedoutcome_once"


@tracked()
class ClaimedOutcome(TenantRecord):
    """The outcome of a job that a line of a signed claim asks for, as the records stood at the newest signature.

    ``person`` is the surviving record, ``funding_stream`` the contract's stream of that day. ``is_alone``: the funder
    pays a person's outcome of a kind once under a stream, and the database holds that. What a later claim takes back
    (``taken_back_by``) is free again.
    """

    line = TenantForeignKey("reporting.ClaimLine", related_name="outcomes")
    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="+")
    person = TenantForeignKey("caseload.Client", related_name="+")
    item = models.CharField(choices=ClaimItem)
    is_alone = models.BooleanField(default=True)
    taken_back_by = TenantForeignKey("reporting.ClaimLine", null=True, blank=True, related_name="frees")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("item", ClaimItem),
            models.UniqueConstraint(fields=["consortium", "line"], name="reporting_claimedoutcome_line"),
            models.UniqueConstraint(
                fields=["consortium", "funding_stream", "person", "item"],
                condition=Q(is_alone=True, taken_back_by__isnull=True),
                name=COUNTED_TWICE,
                violation_error_message="This person's outcome is counted under this stream already.",
            ),
        ]


class ShareQuerySet(models.QuerySet["OutcomeShare"]):
    def visible_to(self, staff: StaffMember) -> "ShareQuerySet":
        """Return what one's own organisation claims or contributed to; all, for the accountable body."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        own = staff.organisation_id
        return self.filter(Q(organisation=own) | Q(job__contract__provider=own))


@tracked()
class OutcomeShare(TenantRecord):
    """What another organisation than the contract's provider contributed to an outcome, in per cent of the credit.

    It is recorded, not paid (contract KPIS.md, "The claim": a job is in a claim once, whoever supported it besides).
    """

    job = TenantForeignKey("caseload.Job", related_name="shares")
    item = models.CharField("outcome", choices=OutcomeItem)
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    share = models.PositiveSmallIntegerField("share, in per cent")
    reason = models.CharField("what it contributed", max_length=500)

    objects = TenantManager.from_queryset(ShareQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("item", OutcomeItem),
            Check(
                about=("share",),
                condition=Q(share__gte=1) & Q(share__lte=99),
                name="reporting_outcomeshare_part",
                violation_error_message="Enter a share of 1 to 99 per cent.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "job", "item", "organisation"],
                name="reporting_outcomeshare_once",
                violation_error_message="The share of this organisation in this outcome is recorded already.",
            ),
        ]
