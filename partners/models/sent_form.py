from django.db import models
from django.utils import timezone

from partners.platform.tenancy.models import TenantModel


class SentForm(TenantModel):
    """A form that was sent and stored, by the name its one opening carries, and where that led.

    Written in the transaction of what it stored, and unique: whoever sends the same form again is led there.
    """

    once = models.CharField(max_length=80)
    url = models.CharField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consortium", "once"], name="partners_sentform_once")]
        indexes = [
            # Clearing what is old.
            models.Index(fields=["consortium", "at"], name="partners_sentform_old"),
        ]
