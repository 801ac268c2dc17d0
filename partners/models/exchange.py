from django.db import models

from partners.platform.tenancy.models import TenantForeignKey, TenantModel, TenantRecord


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
    # Equal findings together, with the first rows of each, for the page; all of them are in ``report``.
    groups = models.JSONField(default=list)
    # The last history entry of each table when the batch was stored: what comes after it builds on the batch.
    marks = models.JSONField(default=dict)
    loaded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantRecord.Meta):
        verbose_name_plural = "exchange batches"


class ExchangeChange(TenantModel):
    """What a batch did: ``before`` holds what it changed of one row, and is null for a run of rows that it made.

    A run goes from ``record_id`` to ``last_record_id``, every key between included: a row of this table for each new
    record would double the cost of an import. Undo reads these backwards.
    """

    batch = TenantForeignKey("partners.ExchangeBatch", on_delete=models.CASCADE, related_name="changes")
    table = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    last_record_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True)
