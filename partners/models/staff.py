from django.db import models
from django.db.models import Q

from partners.enums import Role
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class StaffQuerySet(models.QuerySet["StaffMember"]):
    def at_work(self) -> "StaffQuerySet":
        return self.filter(left_at__isnull=True)


@tracked()
class StaffMember(TenantRecord):
    """A person who works on cases, employers, money or returns: the membership of a user in a consortium.

    Staff who came in a package have no ``user`` until they are invited. ``left_at`` ends access at the next request.
    ``data_lead`` reads the audit trail. A user finds the consortia they belong to by their own rows, which the policy
    ``own`` opens to them (see partners.platform.tenancy.scope.own_memberships).
    """

    organisation = TenantForeignKey("partners.Organisation", related_name="staff")
    team = TenantForeignKey("partners.Team", related_name="staff", null=True, blank=True)
    user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    name = models.CharField()
    email = models.CharField()
    role = models.CharField(choices=Role)
    data_lead = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TenantManager.from_queryset(StaffQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("role", Role),
            models.UniqueConstraint(
                fields=["consortium", "user"],
                condition=Q(user__isnull=False),
                name="partners_staffmember_once",
                violation_error_message="This person already belongs to the consortium.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=["token_hash"])
class Invitation(TenantRecord):
    """An open door for one person; the link is sent once and only its hash is kept."""

    staff_member = TenantForeignKey("partners.StaffMember", related_name="invitations")
    invited_by = TenantForeignKey("partners.StaffMember", related_name="+")
    token_hash = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "token_hash"], name="partners_invitation_token"),
        ]
