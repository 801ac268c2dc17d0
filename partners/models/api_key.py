from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from partners.platform.history import tracked
from partners.platform.tenancy.models import TenantForeignKey, TenantModel, TenantRecord


@tracked(exclude=["secret_hash"])
class ApiKey(TenantRecord):
    """A partner system's key: one organisation of one consortium (API.md, "Who may call"). Only its hash is kept."""

    organisation = TenantForeignKey("partners.Organisation", related_name="api_keys")
    label = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40))
    calls_per_minute = models.PositiveIntegerField(default=600)
    expires_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+", editable=False)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "secret_hash"], name="partners_apikey_secret"),
        ]

    def __str__(self) -> str:
        return self.label

    def is_live(self, *, today: date) -> bool:
        return self.revoked_at is None and (self.expires_on is None or self.expires_on >= today)


class ThrottleWindow(TenantModel):
    """Calls of one key in one minute, counted by an upsert so that all processes share the count."""

    api_key = TenantForeignKey("partners.ApiKey", on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "api_key", "minute"], name="partners_throttlewindow_minute"),
        ]
