"""What every tenant table has in common: its consortium, its keys, and a manager that fails loudly."""

import uuid
from typing import Any, Self

from django.db import models
from django.utils import timezone

from partners.platform.tenancy.ids import uuid7
from partners.platform.tenancy.joins import SameKey, SameReference, consortium_of
from partners.platform.tenancy.scope import current_consortium_id, has_consortium

EXTERNAL_ID_LENGTH = 500


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to a record of the same consortium.

    The database constraint is composite, ``(consortium_id, x_id)``, so that a row can never point at another
    consortium's row; :class:`partners.platform.tenancy.policies.ProtectTenantTables` creates it with its index. Joins
    over it compare both columns: :mod:`partners.platform.tenancy.joins`.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete=on_delete, **kwargs)

    def get_joining_fields(self, reverse_join: bool = False) -> Any:  # noqa: FBT001, FBT002  as Django calls it
        keys = super().get_joining_fields(reverse_join)
        here, there = consortium_of(self.model), consortium_of(self.remote_field.model)
        if not (here and there):
            return keys
        return ((there, here) if reverse_join else (here, there), *keys)


TenantForeignKey.register_lookup(SameReference)


class ConsortiumField(models.ForeignKey):  # type: ignore[type-arg]
    """The consortium of a row: the one in scope when the row is made. Indexes lead with it, so it has none alone.

    That it exists follows from the composite keys of the row's other references; where a row may have none,
    :class:`partners.platform.tenancy.policies.ProtectTenantTables` adds a key to the consortium itself.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(to="partners.Consortium", on_delete=models.PROTECT, related_name="+")
        kwargs.update(editable=False, db_index=False, db_constraint=False)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, _kwargs = super().deconstruct()
        return name, path, [], {}

    def has_default(self) -> bool:
        return True

    def get_default(self) -> int | None:
        return current_consortium_id() if has_consortium() else None


class TenantManager(models.Manager[Any]):
    """The second ring of the wall: a query without a consortium raises instead of returning nothing.

    A model with a queryset of its own takes ``TenantManager.from_queryset(ItsQuerySet)()``.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(consortium_id=current_consortium_id())


class TenantModel(models.Model):
    """A row that belongs to one consortium and is guarded by row-level security."""

    id = models.BigAutoField(primary_key=True)
    consortium = ConsortiumField()

    objects = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        current_consortium_id()  # loud before the database refuses
        super().save(*args, **kwargs)


TenantModel._meta.get_field("id").register_lookup(SameKey)


class TenantRecord(TenantModel):
    """A record of the partnership: reachable by URL, and in and out by exchange package.

    ``uid`` stands in URLs and the API. ``external_id`` is the sender's own id (the ``id`` column of the exchange
    package); a record made here gets one by :meth:`make_reference`. ``recorded_at`` is when we knew, whatever
    the date it is about.
    """

    uid = models.UUIDField(default=uuid7, editable=False)
    external_id = models.CharField(
        "reference", max_length=EXTERNAL_ID_LENGTH, db_collation="C", blank=True, editable=False
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["consortium", "uid"], name="%(app_label)s_%(class)s_uid"),
            models.UniqueConstraint(fields=["consortium", "external_id"], name="%(app_label)s_%(class)s_external_id"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.external_id:
            self.external_id = self.make_reference()
        super().save(*args, **kwargs)

    def make_reference(self) -> str:
        """Return the reference of a record made here; records that people speak of by it have a short one."""
        return str(self.uid)

    @classmethod
    def from_uid(cls, uid: uuid.UUID | str) -> Self:
        return cls.objects.get(uid=uid)  # type: ignore[no-any-return]
