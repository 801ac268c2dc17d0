from datetime import datetime

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.enums import AccessAction
from partners.platform.tenancy.models import TenantForeignKey, TenantModel


class AccessEntry(TenantModel):
    """Who saw, searched or exported what, when, in which request and why. Never changed, never deleted.

    ``subject`` names the kind of record and ``subject_id`` its key inside; a list writes one entry for a page of it,
    with ``subject_ids``, the keys of everybody on that page. A search keeps what was asked for only as the fields that
    were filled, never the values, because the values are personal.
    """

    at = models.DateTimeField(default=timezone.now)
    staff_member = TenantForeignKey("partners.StaffMember", null=True, related_name="+")
    api_key = TenantForeignKey("partners.ApiKey", null=True, related_name="+")
    action = models.CharField(choices=AccessAction)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_ids = ArrayField(models.BigIntegerField(), null=True)
    detail = models.JSONField(default=dict)
    purpose = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name_plural = "access entries"
        indexes = [
            # "Who looked" on a record.
            models.Index(fields=["consortium", "subject", "subject_id", "-at"], name="partners_access_subject"),
            # "Who looked" on a record: the lists it stood in. Containment is no operator that an index may answer under
            # row-level security, so this one leads through the entries of lists alone, newest first.
            models.Index(
                fields=["consortium", "subject", "-at"],
                condition=Q(subject_ids__isnull=False),
                name="partners_access_lists",
            ),
            # The data lead's page, newest first.
            models.Index(fields=["consortium", "-at"], name="partners_access_newest"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SignInEventQuerySet(models.QuerySet["SignInEvent"]):
    def before(self, moment: datetime) -> "SignInEventQuerySet":
        return self.filter(at__lt=moment)


class SignInEvent(models.Model):
    """What happened to a sign-in that belongs to no consortium, or to none at all: for the operator.

    What was typed as an e-mail address is masked: it may be a slip of somebody else's. What belongs to a member of a
    consortium stands in that consortium's access trail instead.
    """

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(choices=AccessAction)
    masked_email = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = SignInEventQuerySet.as_manager()

    class Meta:
        indexes = [
            # The operator's page, newest first, and clearing what is old.
            models.Index(fields=["-at"], name="partners_signinevent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.masked_email}"
