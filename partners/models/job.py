from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.enums import JobState
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord


class JobQuerySet(models.QuerySet["BackgroundJob"]):
    def under_way(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])


class BackgroundJob(TenantRecord):
    """Long work as a row first: Postgres is the truth, the broker only rings (DESIGN.md "Background work").

    ``kind`` names the registered function, ``subject_key`` makes a second asking of the same work find the first.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    payload = models.JSONField(default=dict)
    subject_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(choices=JobState, default=JobState.WAITING)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=1000, blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(JobQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("state", JobState),
            models.UniqueConstraint(
                fields=["consortium", "kind", "subject_key"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(subject_key=""),
                name="partners_backgroundjob_once",
                violation_error_message="This is being worked on already.",
            ),
        ]
        indexes = [
            # The sweeper: what waits or was left running.
            models.Index(
                fields=["consortium", "asked_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="partners_job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}

    @property
    def percent(self) -> int:
        return 100 * self.done_steps // self.all_steps if self.all_steps else 0
