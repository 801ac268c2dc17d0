from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase

from caseload.enums import ConsentMethod, ConsentPurpose, ShareBasis, SharePart, covered, in_words
from caseload.models.recorded import recording_organisation
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, in_order, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord


def parts_field() -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(choices=SharePart), default=list, blank=True)


def known_parts(column: str = "parts") -> Check:
    return Check(
        about=(column,),
        condition=Q(**{f"{column}__contained_by": [part.value for part in SharePart]}),
        name=f"%(app_label)s_%(class)s_{column}_known",
        violation_error_message="Choose one of the values in the list.",
    )


@tracked()
class ConsentForm(TenantRecord):
    """What the consortium's standard consent form opens besides the journey; without a row, nothing.

    It is asked where a consent comes from a source that cannot say: an exchange package or a partner's system.
    """

    parts = parts_field()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            known_parts(),
            models.UniqueConstraint(fields=["consortium"], name="caseload_consentform_one"),
        ]


@tracked()
class Consent(TenantRecord):
    """What a client agreed to; no organisation means every partner of the consortium (CAS-03).

    A consent to share opens the journey, and ``parts`` of the special categories. What another organisation than the
    record's owner recorded of these stands in ``parts_waiting`` and opens nothing until the owner agrees.
    """

    client = TenantForeignKey("caseload.Client", related_name="consents")
    purpose = models.CharField(choices=ConsentPurpose)
    organisation = TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="consents")
    given_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    method = models.CharField(choices=ConsentMethod)
    parts = parts_field()
    parts_waiting = parts_field()
    answered_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer_reason = models.CharField(max_length=500, blank=True, editable=False)
    form_version = models.CharField(max_length=40, blank=True)
    taken_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    recording_organisation = recording_organisation()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("purpose", ConsentPurpose),
            one_of("method", ConsentMethod),
            known_parts(),
            known_parts("parts_waiting"),
            in_order("given_on", "expires_on"),
            in_order("given_on", "withdrawn_on"),
        ]
        indexes = [
            # The worklist: consents that end.
            models.Index(
                fields=["consortium", "expires_on"],
                condition=models.Q(expires_on__isnull=False),
                name="caseload_consent_ends",
            ),
        ]

    def get_parts_display(self) -> str:
        return in_words(self.parts)

    @property
    def covers(self) -> str:
        return covered(self.parts) if self.purpose == ConsentPurpose.SHARING else ""


@tracked()
class Share(TenantRecord):
    """Why another organisation may open a client's record: on which basis, from when until when, and which parts of it.

    The basis is a referral under a consent, or the organisation's own record of the person, ``merged_record``.
    caseload.services.sharing opens and ends shares and keeps the group permissions in step with them.
    """

    client = TenantForeignKey("caseload.Client", related_name="shares")
    organisation = TenantForeignKey("partners.Organisation", related_name="+")
    consent = TenantForeignKey("caseload.Consent", null=True, blank=True, related_name="shares")
    referral = TenantForeignKey("caseload.Referral", null=True, blank=True, related_name="shares")
    merged_record = TenantForeignKey("caseload.Client", null=True, blank=True, related_name="+")
    basis = models.CharField(choices=ShareBasis, default=ShareBasis.REFERRAL)
    parts = parts_field()
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            one_of("basis", ShareBasis),
            known_parts(),
            models.CheckConstraint(
                condition=Q(basis=ShareBasis.MERGE, merged_record__isnull=False)
                | Q(basis=ShareBasis.REFERRAL, merged_record__isnull=True),
                name="caseload_share_basis_named",
                violation_error_message="A share names what it rests on.",
            ),
        ]


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
