from django.db import models
from guardian.models import GroupObjectPermissionBase

from caseload.enums import ConsentMethod, ConsentPurpose
from partners.history import tracked
from partners.tenancy.constraints import in_order, one_of
from partners.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord


@tracked()
class Consent(TenantRecord):
    """What a client agreed to; no organisation means every partner of the consortium (CAS-03)."""

    client = TenantForeignKey("caseload.Client", related_name="consents")
    purpose = models.CharField(choices=ConsentPurpose)
    organisation = TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="consents")
    given_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    method = models.CharField(choices=ConsentMethod)
    form_version = models.CharField(max_length=40, blank=True)
    taken_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("purpose", ConsentPurpose),
            one_of("method", ConsentMethod),
            in_order("given_on", "expires_on"),
            in_order("given_on", "withdrawn_on"),
        ]


@tracked()
class Share(TenantRecord):
    """Why another organisation may open a client's record: under which consent and referral, from when until when.

    caseload.services.sharing opens and ends shares and keeps the group permissions in step with them.
    """

    client = TenantForeignKey("caseload.Client", related_name="shares")
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    consent = TenantForeignKey("caseload.Consent", null=True, blank=True, related_name="shares")
    referral = TenantForeignKey("caseload.Referral", null=True, blank=True, related_name="shares")
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [*TenantRecord.Meta.constraints, in_order("from_date", "to_date")]


class ClientGroupPermission(GroupObjectPermissionBase, TenantModel):
    """guardian's permission of an organisation's group on one client, as a tenant row (direct foreign key)."""

    content_object = TenantForeignKey("caseload.Client", on_delete=models.CASCADE, related_name="+")

    objects = TenantManager()  # type: ignore[assignment]

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        indexes = [
            # visible_to: which clients are open to this organisation.
            models.Index(fields=["consortium", "group", "content_object"], name="caseload_clientgroupperm_group"),
        ]
