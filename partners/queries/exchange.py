"""Imports and exports of the consortium, for their pages."""

from django.db.models import QuerySet

from partners.models import BackgroundJob, ExchangeBatch


def imports() -> QuerySet[ExchangeBatch]:
    """Return every import, newest first (page "Records in and out")."""
    batches: QuerySet[ExchangeBatch] = ExchangeBatch.objects.select_related("asked_by", "job").order_by("-recorded_at")
    return batches


def exports() -> QuerySet[BackgroundJob]:
    jobs: QuerySet[BackgroundJob] = BackgroundJob.objects.filter(kind="exchange_export").select_related("asked_by")
    return jobs.order_by("-asked_at")
