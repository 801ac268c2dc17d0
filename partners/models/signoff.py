"""Posts with their holders, and documents on their way through the people who sign them off (PAR-02, REP-07)."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.enums import Role, SignOffVerb
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import in_order, one_at_a_time, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantModel, TenantRecord


@tracked()
class Post(TenantRecord):
    """A post of the accountable body that a chain of sign-off names, such as programme manager.

    It is held by people of one role; the role alone does not hold it.
    """

    code = models.CharField(max_length=80, editable=False)
    title = models.CharField(max_length=200)
    role = models.CharField(choices=Role)

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("role", Role),
            models.UniqueConstraint(fields=["consortium", "code"], name="partners_post_code"),
        ]

    def __str__(self) -> str:
        return self.title


class PostHolderQuerySet(models.QuerySet["PostHolder"]):
    def on(self, day: date) -> "PostHolderQuerySet":
        """Return who holds or deputises on a day: still here, still in the post's role, in the accountable body."""
        able = Q(staff__left_at__isnull=True, staff__role=F("post__role"), staff__organisation__accountable_body=True)
        begun = self.filter(able, from_date__lte=day)
        return begun.filter(Q(to_date__isnull=True) | Q(to_date__gte=day))


@tracked()
class PostHolder(TenantRecord):
    """Who holds a post, or deputises for its holder, and when. One holds it at a time; deputies are several."""

    post = TenantForeignKey("partners.Post", related_name="holders")
    staff = TenantForeignKey("partners.StaffMember", related_name="posts")
    is_deputy = models.BooleanField("deputy", default=False)
    from_date = models.DateField("from")
    to_date = models.DateField("until", null=True, blank=True)

    objects = TenantManager.from_queryset(PostHolderQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            in_order("from_date", "to_date"),
            one_at_a_time(
                "post",
                name="partners_postholder_one_at_a_time",
                message="Somebody else holds this post on one of these days. End that first.",
                only=Q(is_deputy=False),
            ),
            one_at_a_time(
                *("post", "staff"),
                name="partners_postholder_once",
                message="This person has the post, or deputises, on one of these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}, {self.post}"


class SignOff(TenantModel):
    """A document on its way through its chain: at which step of which round, since when and until when.

    ``position`` is the step that is to be done, one more than the last when all are; ``version`` counts the acts, so
    that a page tells what it was drawn from. ``subject_kind`` and ``subject_id`` name the document.
    """

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    chain = models.CharField(max_length=80)
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True)
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "subject_kind", "subject_id"], name="partners_signoff_once"),
        ]


class SignOffStep(TenantModel):
    """A step of a chain as it was when sign-off began. Without a post everybody of its role may do it.

    ``working_days`` is its clock, counted from when it begins to wait.
    """

    sign_off = TenantForeignKey("partners.SignOff", related_name="steps")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    role = models.CharField(choices=Role)
    post = TenantForeignKey("partners.Post", null=True, related_name="+")
    working_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            one_of("role", Role),
            models.UniqueConstraint(fields=["consortium", "sign_off", "position"], name="partners_signoffstep_once"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SignOffPart(TenantModel):
    """Whose step of a document is which: one person, one step, in every round (Leicester business plan, section 4)."""

    sign_off = TenantForeignKey("partners.SignOff", related_name="parts")
    staff = TenantForeignKey("partners.StaffMember", related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "sign_off", "staff"], name="partners_signoffpart_one_each"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SignOffAct(TenantModel):
    """What somebody did with a step: did it, or sent the document back to an earlier one with a reason.

    Never changed, never deleted. ``post`` is the one they deputised for.
    """

    sign_off = TenantForeignKey("partners.SignOff", related_name="acts")
    part = TenantForeignKey("partners.SignOffPart", related_name="acts")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    verb = models.CharField(choices=SignOffVerb)
    to_position = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)
    deputises = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            one_of("verb", SignOffVerb),
            models.UniqueConstraint(
                fields=["consortium", "sign_off", "round", "position"], name="partners_signoffact_once"
            ),
            models.CheckConstraint(
                condition=Q(verb=SignOffVerb.DONE, to_position__isnull=True)
                | (Q(verb=SignOffVerb.SENT_BACK, to_position__lt=F("position"), to_position__gte=1) & ~Q(reason="")),
                name="partners_signoffact_whole",
                violation_error_message="What is sent back goes to an earlier step, with a reason.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
