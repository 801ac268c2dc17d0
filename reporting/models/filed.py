"""Returns as they are filed: built by the worker, looked at, and later signed step by step."""

from collections.abc import Sequence

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.enums import JobState
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord
from reporting.enums import ChangeKind, ReturnState


def signed_stays(*operations: pgtrigger.Operation) -> list[pgtrigger.Trigger]:
    """Refuse to write rows of a build that was signed; looked at once a statement."""
    return [
        pgtrigger.Trigger(
            name=f"signed_stays_{operation}".lower(),
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**{"new" if operation == pgtrigger.Insert else "old": "touched"}),
            func="""
                IF EXISTS (SELECT FROM touched JOIN reporting_return filed ON filed.signed_build_id = touched.build_id)
                THEN RAISE EXCEPTION 'This build was signed: its rows stay as they are.'; END IF;
                RETURN NULL;
            """,
        )
        for operation in operations
    ]


ANY_WRITE: Sequence[pgtrigger.Operation] = (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)


@tracked()
class Return(TenantRecord):
    """One quarter's return of one kind.

    A signed return is the frozen build ``signed_build``, chained to the signed return of its kind before it by
    ``previous_hash``. The way there is a :class:`partners.models.SignOff`.
    """

    kind = models.CharField(max_length=40)
    quarter = models.CharField(max_length=10)
    state = models.CharField(choices=ReturnState, default=ReturnState.DRAFT)
    signed_build = TenantForeignKey("reporting.ReturnBuild", null=True, blank=True, related_name="+", editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    own_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("state", ReturnState),
            models.UniqueConstraint(
                fields=["consortium", "kind", "quarter"],
                name="reporting_return_once",
                violation_error_message="There is a return of this kind for this quarter already.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.SIGNED)
                | (Q(signed_build__isnull=False) & Q(signed_at__isnull=False) & ~Q(own_hash="")),
                name="reporting_return_signed_whole",
                violation_error_message="A signed return has its build, its moment and its hash.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="signed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=ReturnState.SIGNED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quarter}"


class BuildQuerySet(models.QuerySet["ReturnBuild"]):
    def finished(self) -> "BuildQuerySet":
        """Return the builds whose job was done: one that was cancelled or killed counts for nothing."""
        return self.filter(job__state=JobState.DONE)

    def shown(self) -> "BuildQuerySet":
        """Return those that are a return's figures: of a signed one, what was signed and no count made since."""
        return self.own().filter(Q(filed__signed_build__isnull=True) | Q(pk=F("filed__signed_build")))

    def own(self) -> "BuildQuerySet":
        """Return the finished builds, without the counts beside them of what was known on a day."""
        return self.finished().filter(known_on__isnull=True)


class ReturnBuild(TenantRecord):
    """One count of a return, from one snapshot of the records. ``empty_tables`` held no record at all then.

    ``known_on``: it counts the records as they were known at the end of that day, beside the return's own builds
    (:mod:`reporting.counting.known`); none: it is one of those.
    """

    filed = TenantForeignKey("reporting.Return", related_name="builds")
    job = TenantForeignKey("partners.BackgroundJob", related_name="+")
    built_by = TenantForeignKey("partners.StaffMember", null=True, blank=True, related_name="+")
    snapshot_at = models.DateTimeField(default=timezone.now)
    compared_with = TenantForeignKey("reporting.ReturnBuild", null=True, blank=True, related_name="+")
    empty_tables = models.JSONField(default=list)
    double_counts = models.PositiveIntegerField(default=0)
    changed_records = models.PositiveIntegerField(default=0)
    has_members = models.BooleanField(default=True)
    known_on = models.DateField("as known on", null=True, blank=True, editable=False)
    # Counts of people from 1 to this are a star for whoever may not open the people; none: never judged.
    small_numbers = models.PositiveSmallIntegerField(null=True)
    # Line → the organisations whose clients it counts in this and earlier builds; 0: people of no one organisation.
    owners = models.JSONField(default=dict)

    objects = TenantManager.from_queryset(BuildQuerySet)()

    class Meta(TenantRecord.Meta):
        indexes = [
            # The newest build of a return.
            models.Index(fields=["consortium", "filed", "-id"], name="reporting_build_newest"),
        ]


class ReturnLine(TenantModel):
    """One figure of a build, as printed and exactly.

    ``starred`` has the bits of the windows that are a star in the reduced copy (contract KPIS.md, "Small numbers").
    """

    build = TenantForeignKey("reporting.ReturnBuild", on_delete=models.CASCADE, related_name="lines")
    line = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    measure = models.CharField(max_length=40)
    dimension = models.CharField(max_length=40, blank=True)
    member = models.CharField(blank=True)
    area_kind = models.CharField(max_length=20, blank=True)
    area = models.CharField(blank=True)
    quarter = models.CharField(max_length=60, blank=True)
    year = models.CharField(max_length=60, blank=True)
    all = models.CharField(max_length=60, blank=True)
    target = models.CharField(max_length=60, blank=True)
    forecast = models.CharField(max_length=60, blank=True)
    quarter_value = ExactDecimalField(null=True)
    year_value = ExactDecimalField(null=True)
    all_value = ExactDecimalField(null=True)
    starred = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["consortium", "build", "line"], name="reporting_line_of_build")]
        triggers = signed_stays(*ANY_WRITE)


class ReturnDefinition(TenantModel):
    """What a line of a build counts, in the words of the day it was built."""

    build = TenantForeignKey("reporting.ReturnBuild", on_delete=models.CASCADE, related_name="definitions")
    line = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    counts = models.TextField()
    measured = models.CharField(max_length=10)
    unit = models.CharField(max_length=80, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "build", "line"], name="reporting_definition_once"),
        ]
        triggers = signed_stays(*ANY_WRITE)


class ReturnMember(TenantModel):
    """A record counted in a build. A figure's list is a filter over these rows, so it opens what was counted.

    A return can have a million of them, and they outlive the records they name once it is signed: so they carry
    numbers instead of foreign keys. ``windows`` and ``measures`` are bits, in the order of the windows and of the
    line's shown measures; ``members`` are its breakdown values as ``dimension=member``, and what being listed tells
    (``for=group``, ``tells=part``). The line ``double_counts``
    holds the jobs that are in no figure.
    """

    build_id = models.BigIntegerField()
    line = models.CharField(max_length=80)
    table = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    reference = models.CharField(db_collation="C")
    person_id = models.BigIntegerField(null=True)
    on_date = models.DateField(null=True)
    windows = models.PositiveSmallIntegerField()
    measures = models.PositiveSmallIntegerField()
    members = ArrayField(models.CharField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["consortium", "build_id", "line", "on_date"], name="reporting_member_of_line")]
        triggers = signed_stays(*ANY_WRITE)


class ReturnChange(TenantModel):
    """A record that came into a line, or left it, since the build before, and why.

    ``windows_was`` and ``windows_now`` are the windows it was in and is in, as bits.
    """

    build_id = models.BigIntegerField()
    line = models.CharField(max_length=80)
    change = models.CharField(choices=ChangeKind)
    table = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    reference = models.CharField(db_collation="C")
    person_id = models.BigIntegerField(null=True)
    on_date = models.DateField(null=True)
    windows_was = models.PositiveSmallIntegerField(default=0)
    windows_now = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [one_of("change", ChangeKind)]
        indexes = [models.Index(fields=["consortium", "build_id", "line"], name="reporting_change_of_build")]


@tracked()
class Forecast(TenantRecord):
    """What the monitoring officer expects a line to reach, as the funder's report asks (REP-07)."""

    line = models.CharField(max_length=80)
    quarter = models.CharField(max_length=10)
    value = ExactDecimalField("forecast")

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(fields=["consortium", "line", "quarter"], name="reporting_forecast_once"),
        ]
