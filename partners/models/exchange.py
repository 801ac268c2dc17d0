from django.db import models

from partners.tenancy.models import TenantForeignKey, TenantModel, TenantRecord


class ExchangeBatch(TenantRecord):
    """One import of an exchange package: its file, its counts per table, its findings, and whether it was undone."""

    file_name = models.CharField(max_length=300)
    file = models.FileField(upload_to="exchange/%Y/%m/", blank=True)
    report = models.FileField(upload_to="exchange/%Y/%m/", blank=True)
    dry_run = models.BooleanField(default=False)
    job = TenantForeignKey("partners.BackgroundJob", null=True, blank=True, related_name="+")
    asked_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    counts = models.JSONField(default=dict)
    refusals = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    loaded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "exchange batches"


class ExchangeChange(TenantModel):
    """What a batch did to one row: ``before`` is null where it made the row. Undo reads these backwards."""

    batch = TenantForeignKey("partners.ExchangeBatch", on_delete=models.CASCADE, related_name="changes")
    table = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True)
