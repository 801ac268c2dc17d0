from django.db import models

from commissioning.enums import ServiceKind
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import at_least_zero, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantRecord


@tracked()
class Service(TenantRecord):
    """A row of the provision directory: what is on offer, where, for whom (COM-04).

    ``eligibility`` says for whom in words, ``eligibility_rule`` as an expression (commissioning.queries.eligibility).
    ``waiting`` is how many people wait, as it was counted on ``waiting_on``; ``leads_to`` what usually comes next.
    """

    name = models.CharField()
    organisation = TenantForeignKey("partners.Organisation", related_name="services")
    contract = TenantForeignKey("commissioning.Contract", null=True, blank=True, related_name="services")
    kind = models.CharField(choices=ServiceKind)
    centre = TenantForeignKey("partners.Centre", null=True, blank=True, related_name="services")
    eligibility = models.TextField(blank=True)
    capacity = models.IntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    eligibility_rule = models.TextField("eligibility as an expression", blank=True)
    waiting = models.IntegerField("people waiting", null=True, blank=True)
    waiting_on = models.DateField("waiting counted on", null=True, blank=True)
    who_refers = models.CharField("who may refer", max_length=300, blank=True)
    how_to_refer = models.CharField("how to refer or book", max_length=500, blank=True)
    accessibility = models.CharField(max_length=500, blank=True)
    leads_to = TenantForeignKey("commissioning.Service", null=True, blank=True, related_name="comes_from")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("kind", ServiceKind),
            in_order("starts_on", "ends_on"),
            *at_least_zero("capacity", "waiting"),
        ]

    def __str__(self) -> str:
        return self.name
