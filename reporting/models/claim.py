"""Signed claims, item by item: brought in by a package, or signed here."""

import pgtrigger
from django.db import models
from django.db.models import Q

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord
from reporting.enums import ClaimItem, ClaimKind, LeftOut, TakenBack
from reporting.models.filed import ANY_WRITE, signed_stays

LONGEST_INITIALS = 4
SIGNED_HERE = "This claim was signed here: what it asked for stays as it is."


@tracked()
class Claim(TenantRecord):
    """A quarter's signed claim; ``filed`` is the return it was signed as, where that was here.

    Its kind is one that every partnership has, or one that the consortium's pack declares (``claims.json``).
    """

    kind = models.CharField(choices=ClaimKind)
    quarter = models.CharField(max_length=10)
    signed_on = models.DateField()
    filed = TenantForeignKey("reporting.Return", null=True, blank=True, editable=False, related_name="claims")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            Check(
                about=("kind",),
                condition=Q(kind__regex=r"^[a-z][a-z0-9_]*_claim$"),
                name="reporting_claim_kind_is_claim",
                violation_error_message="Choose one of the values in the list.",
            ),
            models.UniqueConstraint(
                fields=["consortium", "kind", "quarter"],
                name="reporting_claim_once",
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="There is a claim of this kind for this quarter already.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__filed__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.called} {self.quarter}"

    @property
    def called(self) -> str:
        """Name a claim by its kind, without asking the pack: ``Claim to ESF``."""
        funder = self.kind.removesuffix("_claim").replace("_", " ")
        return f"Claim to {funder.upper() if len(funder) <= LONGEST_INITIALS else funder}"


class ClaimLineQuerySet(models.QuerySet["ClaimLine"]):
    def visible_to(self, staff: StaffMember) -> "ClaimLineQuerySet":
        """Return the lines this person may see: those of the contracts in their sight."""
        if may(staff, Capability.SEE_ALL_CONTRACTS):
            return self
        return self.filter(contract__provider=staff.organisation_id)


@tracked()
class ClaimLine(TenantRecord):
    """What a signed claim asks money for: pounds, unrounded; a correction takes back the line ``corrects``.

    ``client`` only informs: whose a job is, its client says. Of a line signed here nothing changes but
    ``rejected_on``, the funder's word.
    """

    claim = TenantForeignKey("reporting.Claim", related_name="lines")
    contract = TenantForeignKey("commissioning.Contract", related_name="+")
    item = models.CharField(choices=ClaimItem)
    job = TenantForeignKey("caseload.Job", null=True, blank=True, related_name="+")
    expenditure = TenantForeignKey("commissioning.Expenditure", null=True, blank=True, related_name="+")
    client = TenantForeignKey("caseload.Client", null=True, blank=True, related_name="+")
    amount = ExactDecimalField()
    corrects = TenantForeignKey("reporting.ClaimLine", null=True, blank=True, related_name="corrections")
    rejected_on = models.DateField("rejected by the funder on", null=True, blank=True)

    objects = TenantManager.from_queryset(ClaimLineQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("item", ClaimItem),
            Check(
                about=("item",),
                columns=("expenditure_id", "job_id", "item"),
                condition=~Q(item=ClaimItem.SPEND) | Q(expenditure__isnull=False, job__isnull=True),
                name="reporting_claimline_spend_names_it",
                violation_error_message="A line of spend names the expenditure, and no job.",
                wrong="{item} = 'spend' AND ({expenditure_id} IS NULL OR {job_id} IS NOT NULL)",
            ),
            Check(
                about=("item",),
                columns=("job_id", "expenditure_id", "item"),
                condition=Q(item__in=[ClaimItem.SPEND, ClaimItem.CORRECTION])
                | Q(expenditure__isnull=True, job__isnull=False),
                name="reporting_claimline_output_names_it",
                violation_error_message="A line of an output names the job, and no expenditure.",
                wrong="{item} NOT IN ('spend', 'correction') AND ({job_id} IS NULL OR {expenditure_id} IS NOT NULL)",
            ),
        ]
        indexes = [
            models.Index(fields=["consortium", "job"], name="reporting_claimline_job"),
            models.Index(fields=["consortium", "expenditure"], name="reporting_claimline_spend"),
            models.Index(fields=["consortium", "claim", "item"], name="reporting_claimline_claim"),
            models.Index(fields=["consortium", "contract"], name="reporting_claimline_contract"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT FROM reporting_claim signed WHERE signed.id = OLD.claim_id
                               AND signed.filed_id IS NOT NULL)
                       AND (TG_OP = 'DELETE' OR
                            (NEW.claim_id, NEW.contract_id, NEW.item, NEW.job_id, NEW.expenditure_id, NEW.client_id,
                             NEW.amount, NEW.corrects_id, NEW.external_id)
                            IS DISTINCT FROM
                            (OLD.claim_id, OLD.contract_id, OLD.item, OLD.job_id, OLD.expenditure_id, OLD.client_id,
                             OLD.amount, OLD.corrects_id, OLD.external_id))
                    THEN RAISE EXCEPTION 'This claim was signed here: what it asked for stays as it is.'; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()}, {self.claim}"


@tracked()
class ClaimPayment(TenantRecord):
    """Pounds that the funder paid on a signed claim; what went back to the funder is negative."""

    claim = TenantForeignKey("reporting.Claim", related_name="payments")
    paid_on = models.DateField()
    amount = ExactDecimalField()
    reference = models.CharField(blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            Check(
                about=("amount",),
                condition=~Q(amount=0),
                name="reporting_claimpayment_something",
                violation_error_message="Enter what was paid; with a minus what went back to the funder.",
            ),
        ]


class ClaimEntry(TenantModel):
    """An item of a build of a claim: claimed, taken back for a ``cause`` or, with a ``reason``, left out.

    As :class:`ReturnMember` it outlives the records it names, so it carries numbers instead of foreign keys.
    ``corrects_id`` is the line of an earlier claim that it takes back; ``amount`` is pounds, unrounded.
    """

    build_id = models.BigIntegerField()
    item = models.CharField(choices=ClaimItem)
    reason = models.CharField(choices=LeftOut, blank=True)
    cause = models.CharField(choices=TakenBack, blank=True, default="")
    contract_id = models.BigIntegerField()
    job_id = models.BigIntegerField(null=True)
    expenditure_id = models.BigIntegerField(null=True)
    corrects_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    table = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    reference = models.CharField(db_collation="C")
    on_date = models.DateField()
    amount = ExactDecimalField()

    class Meta:
        constraints = [
            one_of("item", ClaimItem),
            one_of("reason", LeftOut, optional=True),
            one_of("cause", TakenBack, optional=True),
        ]
        indexes = [models.Index(fields=["consortium", "build_id", "reason"], name="reporting_claimentry_of_build")]
        triggers = signed_stays(*ANY_WRITE)
