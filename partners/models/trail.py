"""Marks that chain the lines of the audit trail: one for each statement that wrote some, made by the database."""

import pgtrigger
from django.db import models

from partners.platform.tenancy.models import TenantModel


class MultirangeField(models.Field):  # type: ignore[type-arg]
    """Several ranges of numbers; written and read by SQL alone."""

    def db_type(self, connection: object) -> str:
        return "int8multirange"


class TrailMark(TenantModel):
    """What one statement wrote into one table of the trail, and the mark before it.

    ``lines`` are the keys of the lines, ``columns`` the last column the table had then, ``digest`` the SHA-256 over
    the lines' own, in the order of their keys. ``own_hash`` covers all of it and the hash of the mark before.
    """

    table = models.CharField(max_length=63)
    lines = MultirangeField()
    columns = models.PositiveSmallIntegerField()
    digest = models.BinaryField()
    previous = models.BigIntegerField(null=True)
    own_hash = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["consortium", "-id"], name="partners_trailmark_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
