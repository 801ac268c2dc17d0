from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models.staff import StaffMember
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

READ_DAYS = 90
UNREAD_DAYS = 366


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, staff: StaffMember) -> "NoticeQuerySet":
        """Return one reader's own, the newest first: nobody else's eyes are for them."""
        return self.filter(staff=staff).order_by("-made_at", "-id")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def old(self, *, now: datetime) -> "NoticeQuerySet":
        """Return those read more than ``READ_DAYS`` ago, and those that nobody has read for ``UNREAD_DAYS``."""
        read = Q(read_at__lt=now - timedelta(days=READ_DAYS))
        return self.filter(read | Q(read_at__isnull=True, made_at__lt=now - timedelta(days=UNREAD_DAYS)))


class Notice(TenantRecord):
    """Something that happened which one person ought to know. It names no client: sight may end before it is read.

    ``link`` is an address of ours whose page judges sight itself. ``about`` is what it is about, so that nobody is
    told twice of the same thing before they have read of it.
    """

    staff = TenantForeignKey("partners.StaffMember", related_name="notices")
    words = models.CharField(max_length=300)
    link = models.CharField(max_length=300)
    about = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(NoticeQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["consortium", "staff", "about", "words"],
                condition=Q(read_at__isnull=True) & ~Q(about=""),
                name="partners_notice_told_once",
            ),
        ]
        indexes = [
            # A reader's list, newest first.
            models.Index(fields=["consortium", "staff", "-made_at", "-id"], name="partners_notice_newest"),
        ]

    def __str__(self) -> str:
        return self.words
