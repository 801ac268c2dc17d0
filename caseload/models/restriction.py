from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from partners.enums import Role
from partners.models import StaffMember
from partners.permissions import ROLES, Capability
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

OPENS_CLIENTS = [role for role in Role if Capability.VIEW_CLIENTS in ROLES[role]]
SEES_ALL = [role for role in Role if {Capability.VIEW_CLIENTS, Capability.SEE_ALL_CLIENTS} <= ROLES[role]]


@tracked()
class ClientRestriction(TenantRecord):
    """A record open to named people only, why, and when somebody looks at that again (DESIGN.md "Tenancy and access").

    One row for a client; placing it again after it was lifted begins it anew, and the history keeps what was. It holds
    for all records of the person: ``Client.restricted`` says so on each, for quick queries
    (caseload.services.sharing keeps it in step; caseload.services.restricting writes these rows).
    """

    client = TenantForeignKey("caseload.Client", related_name="restrictions", editable=False)
    reason = models.CharField(max_length=500)
    from_date = models.DateField()
    review_on = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)
    placed_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            models.UniqueConstraint(fields=["consortium", "client"], name="caseload_clientrestriction_one"),
        ]


class ReaderQuerySet(models.QuerySet["RestrictionReader"]):
    def on(self, day: date) -> "ReaderQuerySet":
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gte=day), from_date__lte=day)

    def lasting(self) -> "ReaderQuerySet":
        """Return those named without an end who are still here and whose role and organisation open the record.

        A share may end any day, so a partner's reader does not keep a record from being closed to everybody.
        """
        near = Q(client__organisation=F("staff__organisation"), staff__role__in=OPENS_CLIENTS)
        over_all = Q(staff__organisation__accountable_body=True, staff__role__in=SEES_ALL)
        return self.filter(near | over_all, to_date__isnull=True, staff__left_at__isnull=True)


@tracked()
class RestrictionReader(TenantRecord):
    """Somebody who may open a restricted record, why, and from when until when (the last day counts)."""

    client = TenantForeignKey("caseload.Client", related_name="readers")
    staff = TenantForeignKey("partners.StaffMember", related_name="reads")
    reason = models.CharField(max_length=500, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    named_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    objects = TenantManager.from_queryset(ReaderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            models.UniqueConstraint(
                fields=["consortium", "client", "staff"],
                condition=Q(to_date__isnull=True),
                name="caseload_restrictionreader_once",
                violation_error_message="This person may open the record already.",
            ),
        ]


def open_to_reader(staff: StaffMember, *, today: date, of: str = "") -> Q:
    """Return the condition that a client is not restricted, or for this reader; ``of`` is the way to it in a filter.

    It says nothing of their other reasons to see the client: :meth:`ClientQuerySet.visible_to` does.
    """
    read = people_read_by(staff, today=today)
    way = f"{of}__" if of else ""
    return Q(**{f"{way}restricted": False}) | Q(**{f"{way}pk__in": read}) | Q(**{f"{way}merged_into__in": read})


def person() -> Coalesce:
    """Return the id of the record that stands for a client's person."""
    return Coalesce("client__merged_into_id", "client_id")


def people_read_by(staff: StaffMember, *, today: date) -> models.QuerySet[RestrictionReader, int]:
    """Return the surviving records of the restricted people somebody may open, as a subquery of ids."""
    return RestrictionReader.objects.on(today).filter(staff=staff).values_list(person())
