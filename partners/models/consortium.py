from django.db import models

from partners.enums import Nation
from partners.platform.tenancy.ids import uuid7


class Consortium(models.Model):
    """A partnership that runs its own strategy: the tenant. Nothing crosses from one to another.

    ``programme_start`` bounds the window ``all`` of every figure (contract KPIS.md, "Words"); without it that window
    runs from the beginning. ``referral_days`` are the working days within which a referral must be answered,
    those of its ``nation``; ``contact_days`` the days after which a client on the way has been without a contact for
    too long. ``name_days`` are how long a referral names somebody to an organisation that may not open them any more
    (caseload.queries.kept_names).
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    pack = models.CharField(max_length=40)
    area_name = models.CharField(max_length=200, blank=True)
    programme_start = models.DateField(null=True, blank=True)
    referral_days = models.PositiveSmallIntegerField(default=10)
    contact_days = models.PositiveSmallIntegerField(default=28, db_default=28)
    name_days = models.PositiveSmallIntegerField(default=365, db_default=365)
    nation = models.CharField(max_length=20, choices=Nation, default=Nation.ENGLAND, db_default=Nation.ENGLAND.value)
    words = models.JSONField(default=dict, blank=True)
    pack_data = models.JSONField(default=dict, blank=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "consortia"
        constraints = [
            models.CheckConstraint(condition=models.Q(nation__in=Nation.values), name="partners_consortium_nation")
        ]

    def __str__(self) -> str:
        return self.name
