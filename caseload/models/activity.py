from django.db import models

from caseload.enums import CONTACTS, REACHES, ActivityKind, ContactChannel, ContactResult, Stage
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord

MINUTES_A_DAY = 24 * 60


@tracked()
class StageEvent(TenantRecord):
    """A step of the journey before work (CAS-07). ``recorded_on`` later than ``occurred_on`` is back-dating."""

    client = TenantForeignKey("caseload.Client", related_name="stage_events")
    stage = models.CharField(choices=Stage)
    occurred_on = models.DateField()
    recorded_on = models.DateField()
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, one_of("stage", Stage)]


@tracked()
class Activity(TenantRecord):
    """An engagement, survey, centre visit, contact or appointment (CAS-05), how it was made and what came of it.

    ``next_on`` is the day on which to try again or meet next; the worklist has it until somebody does.
    """

    client = TenantForeignKey("caseload.Client", related_name="activities")
    kind = models.CharField(choices=ActivityKind)
    occurred_on = models.DateField()
    centre = TenantForeignKey("partners.Centre", null=True, blank=True, related_name="+")
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    channel = models.CharField(choices=ContactChannel, blank=True, default="")
    result = models.CharField(choices=ContactResult, blank=True, default="")
    length_minutes = models.SmallIntegerField(null=True, blank=True)
    next_on = models.DateField(null=True, blank=True)
    recorded_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "activities"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", ActivityKind),
            one_of("channel", ContactChannel, optional=True),
            one_of("result", ContactResult, optional=True),
            Check(
                about=("length_minutes",),
                condition=models.Q(length_minutes__isnull=True) | models.Q(length_minutes__range=(0, MINUTES_A_DAY)),
                name="caseload_activity_length",
                violation_error_message="Enter a number of minutes from 0 to 1440.",
            ),
        ]
        indexes = [
            # The worklist: whom to try again, and when.
            models.Index(
                fields=["consortium", "next_on"],
                condition=models.Q(next_on__isnull=False),
                name="caseload_activity_next",
            ),
            # The worklist: appointments of the week; and whose last contact is of today.
            models.Index(
                fields=["consortium", "occurred_on"],
                condition=models.Q(kind__in=CONTACTS),
                name="caseload_activity_contact",
            ),
        ]

    @property
    def reached(self) -> bool:
        return self.result in REACHES
