from django.db import models
from django.db.models import F, OrderBy
from django.utils import timezone

from caseload.enums import Stage
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantModel


class ClientSummary(TenantModel):
    """Where a person stands today, for lists to order and narrow by: one row for each record of a client.

    Nothing of it is typed: the function ``caseload_summarise`` derives it from all records of the person, those merged
    into theirs included, and triggers on these records call it (caseload.migrations). What is dated ahead, such as an
    appointment, counts from its day on: caseload.services.upkeep summarises those people when the day turns.
    The last contact is the last that reached the client; ``tries`` are those since then that did not, and ``tried_on``
    is the day of the latest of them.

    ``changed_at`` moves with everything that a partner's system may be shown of the person and with what opens it,
    written by triggers of the database's own clock; read it with caseload.queries.settled.
    """

    client = TenantForeignKey("caseload.Client", on_delete=models.DO_NOTHING, related_name="summary")
    stage = models.CharField(choices=Stage, blank=True, default="")
    stage_on = models.DateField(null=True)
    last_contact_on = models.DateField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_on = models.DateField(null=True)
    in_work = models.BooleanField(default=False)
    has_left = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "client"], name="caseload_clientsummary_one"),
            one_of("stage", Stage, optional=True),
        ]
        indexes = [
            # The caseload list by last contact.
            models.Index(
                F("consortium"),
                OrderBy(F("last_contact_on"), nulls_first=True),
                F("client"),
                name="caseload_summary_contact",
            ),
            # The caseload list at one stage.
            models.Index(fields=["consortium", "stage", "client"], name="caseload_summary_stage"),
            # GET /clients/?updated_since=
            models.Index(fields=["consortium", "changed_at"], name="caseload_summary_changed"),
        ]
