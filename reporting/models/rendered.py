from django.db import models
from django.utils import timezone

from partners.platform.tenancy.models import TenantForeignKey, TenantModel


class RenderedPdf(TenantModel):
    """A PDF of a return that is not signed, made by the worker and kept for a day.

    It stands under the SHA-256 of all that it says. So a reader finds the one that says what they read, of this moment,
    and never one that says more.
    """

    filed = TenantForeignKey("reporting.Return", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consortium", "digest"], name="reporting_renderedpdf_once")]
        indexes = [models.Index(fields=["consortium", "filed", "made_at"], name="reporting_renderedpdf_old")]
